import JSON

/// What the configuration says about checks.
package struct CheckSettings: Hashable, Sendable {
  /// Whether checks may use the network.
  package var network = false

  /// The checks to run; nil means that they are found by convention.
  package var commands: [CheckDefinition]?

  package init() {}

  static let keys: [ConfigurationKey<CheckSettings>] = [
    ConfigurationKey("network", \.network, "Whether checks may use the network."),
    ConfigurationKey(
      "commands",
      \.commands,
      "The checks to run; without it, they are found by the project's conventions.",
      expectation: "a list of checks with different names, or null"
    ) { commands, _ throws(ConfigurationProblem) in
      try ConfigurationProblem.check(commands ?? [], differBy: \.name) { "the name '\($0.name)'" }
    },
  ]
}

/// One check as it is written in `checks.commands`.
extension CheckDefinition: ConfigurationObject {
  static let blank = CheckDefinition(name: "", arguments: [])
  static var required: [String] { ["name", "command"] }
  static var expectation: String { "an object with 'name' and 'command'" }

  static let keys: [ConfigurationKey<CheckDefinition>] = [
    ConfigurationKey(
      "name",
      \.name,
      "What the check is called.",
      expectation: "a name of letters, digits, '_', '-' and '.'"
    ) {
      !$0.isEmpty && $0.utf8.allSatisfy { isNameByte($0) }
    },
    ConfigurationKey(
      "command",
      \.arguments,
      "The program and its arguments, each a string of its own; no shell reads them.",
      expectation: "a list of words such as [\"npm\", \"test\"]"
    ) { $0.first.map { !$0.isEmpty } ?? false },
    ConfigurationKey("timeout", \.timeLimit, "How long it may take; without it, 'limits.check_time'."),
    ConfigurationKey(
      "directory",
      \.directory,
      "The folder it runs in, relative to the project.",
      expectation: "a folder inside the project, relative to it"
    ) { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") },
  ]

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }
}
