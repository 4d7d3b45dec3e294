import ArgumentParsing

/// Renders the reference of all commands, for the README.
struct Reference: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "command-reference",
    abstract: "Write the reference of all commands as Markdown.",
    isHidden: true
  )

  var wantsJSON: Bool { false }

  func run(on console: Console) async throws {
    console.output.write(Autonomy.commandReference())
  }
}
