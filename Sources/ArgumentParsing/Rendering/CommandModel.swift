import Wording

/// A command as a plain value: what parsing, help, completions and the reference are made from.
struct CommandModel: Sendable {
  let type: any ParsableCommand.Type

  /// The words that name the command, the program's first.
  let path: [String]
  let configuration: CommandConfiguration

  /// The declared arguments, without `--help` and `--version`.
  let arguments: [ArgumentDefinition]

  init(_ type: any ParsableCommand.Type, under parent: [String] = []) {
    self.type = type
    path = parent + [type.commandName]
    configuration = type.configuration
    arguments = type.definitions
  }

  var name: String { path.last ?? "" }
  var version: String { configuration.version }

  /// The subcommands, made when asked for: a run of one command declares only its own arguments.
  var subcommands: [CommandModel] {
    configuration.allSubcommands.map { CommandModel($0, under: path) }
  }

  var visibleSubcommands: [CommandModel] {
    subcommands.filter { !$0.configuration.isHidden }
  }

  var defaultSubcommand: CommandModel? {
    configuration.defaultSubcommand.map { CommandModel($0, under: path) }
  }

  var takesPositionals: Bool {
    arguments.contains { $0.kind == .positional }
  }

  /// The names that ask for help, without those the command declares for itself.
  var helpNames: [OptionName] {
    [.short("h"), .long("help")].filter { !declares($0) }
  }

  /// The arguments that help lists: the declared ones that are not hidden, then those that every command has.
  var shownArguments: [ArgumentDefinition] {
    var shown = arguments.filter { !$0.help.isHidden }
    if !version.isEmpty, !declares(.long("version")) {
      shown.append(
        ArgumentDefinition(flag: "version", names: [.long("version")], help: "Show the version.", default: false)
      )
    }
    if !helpNames.isEmpty {
      shown.append(
        ArgumentDefinition(flag: "help", names: helpNames, help: "Show help information.", default: false)
      )
    }
    return shown
  }

  func declares(_ name: OptionName) -> Bool {
    arguments.contains { $0.names.contains(name) }
  }

  func subcommand(named name: String) -> CommandModel? {
    configuration.allSubcommands.first { $0.commandName == name }.map { CommandModel($0, under: path) }
  }

  /// Finds the command of a type, at or below this one.
  func find(_ type: any ParsableCommand.Type) -> CommandModel? {
    if ObjectIdentifier(type) == ObjectIdentifier(self.type) { return self }
    for subcommand in subcommands {
      if let found = subcommand.find(type) { return found }
    }
    return nil
  }

  /// Tells whether a word is an option of this command that does not take the next word as its value.
  func isCompleteOption(_ word: String) -> Bool {
    if helpNames.contains(where: { $0.description == word }) { return true }
    switch OptionWord(word) {
    case .long(let name, let value):
      guard let definition = arguments.first(where: { $0.names.contains(.long(name)) }) else { return false }
      return definition.kind == .flag || value != nil
    case .short(let letters):
      guard let letter = letters.first else { return false }
      let definition = arguments.first { $0.names.contains(.short(letter)) }
      return definition.map { $0.kind == .flag || letters.count > 1 } ?? false
    case .terminator, .plain:
      return false
    }
  }

  func unknownCommand(_ word: String) -> ParsingError {
    .unknownCommand(word, suggestion: closest(to: word, in: visibleSubcommands.map { $0.name } + ["help"]))
  }
}
