import ArgumentParsing
import Pipeline
import Unified
import Wording

/// Who decides what comes next.
enum RunMode: String, CaseIterable, ExpressibleByArgument {
  case traditional
  case orchestrated
}

/// The mode of a run, and where it was set.
struct ModeChoice: Hashable {
  let mode: RunMode
  let origin: String
  /// The phases whose steps the arbiter decides on; none in the traditional mode.
  let orchestrated: Set<PhaseName>

  /// The choice: '--mode' wins over the configuration with USE_ORCHESTRATION in it, that over what the project was
  /// promoted to.
  ///
  /// Throws a `Refusal` for a value that is none.
  init(flag: RunMode?, _ configuration: Configuration, stage: MigrationStage = MigrationStage()) throws {
    if let flag {
      self.init(flag, origin: "--mode", flag == .orchestrated ? Set(PhaseName.allCases) : [])
      return
    }
    let place: String? =
      switch configuration.origin(of: Self.key) {
      case .standard: nil
      case .environment(let variable): variable
      case .user, .project, .router, .flag: Self.key
      }
    let phases = try place.map { try Self.phases(configuration.orchestration.use.trimmingSpaces(), of: $0) }
    let isMigrated = stage.byDefault != nil || !stage.words.isEmpty
    let chosen = phases ?? stage.orchestrated
    self.init(
      chosen.isEmpty ? .traditional : .orchestrated,
      origin: place ?? (isMigrated ? "autonomy migrate" : "default"),
      chosen
    )
  }

  /// The choice for a run on a project; a phase that did worse than before is demoted first, and that is said.
  init(_ option: ModeOption, project: String, _ configuration: Configuration, _ console: Console) async throws {
    let desk = MigrationDesk(project: project, configuration: configuration, command: "autonomy run")
    for event in try await desk.review() {
      let phase = event.phase?.rawValue ?? ""
      console.note(
        "\(TextStyle(console.errors.terminal).warning) The phase '\(phase)' goes back to the rules. \(event.reason) "
          + "'autonomy migrate' says what would speak for it again."
      )
    }
    let stage = try MigrationStage(try JournalReader.open(StateFolder(ofProject: project)))
    try self.init(flag: option.mode, configuration, stage: stage)
    if mode == .traditional, stage.isFull {
      console.note(
        "\(TextStyle(console.errors.terminal).warning) The traditional mode is deprecated for this project, which is "
          + "orchestrated by default ('autonomy migrate status')."
      )
    }
  }

  private init(_ mode: RunMode, origin: String, _ orchestrated: Set<PhaseName>) {
    self.mode = mode
    self.origin = origin
    self.orchestrated = orchestrated
  }

  private static let key = "orchestration.use"

  private static func phases(_ value: String, of place: String) throws -> Set<PhaseName> {
    if value.isEmpty { return [] }
    if let isAll = Bool(word: value) { return isAll ? Set(PhaseName.allCases) : [] }
    var phases: Set<PhaseName> = []
    let names = PhaseName.allCases.map { $0.rawValue }
    for part in value.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(part).trimmingSpaces()
      if let phase = PhaseName(rawValue: name) {
        phases.insert(phase)
        continue
      }
      let suggestion = suggestion(for: name, in: names + ["true", "false"])
      throw Refusal(
        .configuration,
        "The value '\(value)' of \(place) is invalid: '\(name)' is no phase.\(suggestion) Set it to 'true', 'false', "
          + "or phases such as 'planning,qa'."
      )
    }
    return phases
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
