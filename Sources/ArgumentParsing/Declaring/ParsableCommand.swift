/// A command or subcommand: its arguments are properties, its work is `run()`.
package protocol ParsableCommand: ParsableArguments {
  static var configuration: CommandConfiguration { get }

  /// Does the command's work; a command that only groups subcommands leaves it out and shows its help.
  mutating func run() async throws
}

extension ParsableCommand {
  package static var configuration: CommandConfiguration { CommandConfiguration() }

  package mutating func run() async throws {
    throw CleanExit.helpRequest(Self.self)
  }

  /// The name as typed: the configured one, or the type's in kebab case.
  static var commandName: String {
    configuration.commandName ?? kebabCase("\(Self.self)")
  }
}
