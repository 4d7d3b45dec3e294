import ArgumentParsing
import Pipeline
import Wording

/// Who decides what comes next; the only one that this version has.
enum RunMode: String, CaseIterable, ExpressibleByArgument {
  case traditional
}

/// The mode of a run, and where it was set.
struct ModeChoice: Hashable {
  let mode: RunMode
  let origin: String

  /// The choice: '--mode' wins over USE_ORCHESTRATION, that wins over the default.
  ///
  /// Throws a `Refusal` for a value that is none, and for one that asks for what this version does not have.
  init(flag: RunMode?, environment: [String: String]) throws {
    if let flag {
      mode = flag
      origin = "--mode"
      return
    }
    let value = (environment[Self.variable] ?? "").trimmingSpaces()
    switch value.lowercased() {
    case "":
      origin = "default"
    case "false", "0", "no", "off":
      origin = Self.variable
    case "true", "1", "yes", "on":
      throw Self.notOffered(value)
    default:
      try Self.checkPhases(value)
      throw Self.notOffered(value)
    }
    mode = .traditional
  }

  private static let variable = "USE_ORCHESTRATION"

  private static func checkPhases(_ value: String) throws {
    let names = PhaseName.allCases.map { $0.rawValue }
    for part in value.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(part).trimmingSpaces()
      guard !names.contains(name) else { continue }
      let suggestion = closest(to: name, in: names + ["true", "false"]).map { " Did you mean '\($0)'?" } ?? ""
      throw Refusal(
        .configuration,
        "The value '\(value)' of \(variable) is invalid: '\(name)' is no phase.\(suggestion) Set it to 'true', 'false', "
          + "or phases such as 'planning,qa'."
      )
    }
  }

  private static func notOffered(_ value: String) -> Refusal {
    Refusal(
      .configuration,
      "\(variable)='\(value)' asks for the orchestrated mode, which this version does not have. Unset it, or use "
        + "'--mode traditional'."
    )
  }
}

extension String {
  /// The text without white space at both ends.
  func trimmingSpaces() -> String {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
