/// The way from the words of a command line to a command with its values.
struct CommandParser {
  let root: CommandModel

  /// Finds the command that `words` name and fills its arguments.
  func parse(_ words: [String]) throws(CommandFailure) -> (command: any ParsableCommand, model: CommandModel) {
    var words = words
    if words.first == "help", root.subcommand(named: "help") == nil {
      throw CommandFailure(try helpTopic(words.dropFirst()), CleanExit.helpRequest())
    }
    let (model, named) = try resolve(&words)
    try answerRequests(words, model, named)
    do {
      let values = try WordAssignment(words, to: model).values()
      var command = try model.type.init(from: ValueDecoder(values: values))
      try command.validate()
      return (command, model)
    } catch {
      throw CommandFailure(model, error)
    }
  }

  /// Follows subcommand names; options without a value may stand before the name.
  ///
  /// Answers the command, and the last that was named, which is another where that one has a default.
  private func resolve(_ words: inout [String]) throws(CommandFailure) -> (CommandModel, named: CommandModel) {
    var model = root
    var named = root
    while !model.subcommands.isEmpty {
      let index = words.firstIndex { !$0.hasPrefix("-") }
      let word = index.map { words[$0] }
      if let index, let word, let subcommand = model.subcommand(named: word),
        words[..<index].allSatisfy(subcommand.isCompleteOption)
      {
        words.remove(at: index)
        model = subcommand
        named = subcommand
        continue
      }
      if let word, index == 0, !(model.defaultSubcommand ?? model).takesPositionals {
        throw CommandFailure(model, model.unknownCommand(word))
      }
      guard let subcommand = model.defaultSubcommand else { break }
      model = subcommand
    }
    return (model, named)
  }

  /// Answers `--help` and `--version` before any other word can be wrong; help is that of the command that was named.
  private func answerRequests(
    _ words: [String],
    _ model: CommandModel,
    _ named: CommandModel
  ) throws(CommandFailure) {
    for word in words.prefix(while: { $0 != "--" }) {
      if model.helpNames.contains(where: { $0.description == word }) {
        throw CommandFailure(named, CleanExit.helpRequest())
      }
      if word == "--version", !root.version.isEmpty, !model.declares(.long("version")) {
        throw CommandFailure(model, CleanExit.message(root.version))
      }
    }
  }

  private func helpTopic(_ words: ArraySlice<String>) throws(CommandFailure) -> CommandModel {
    var model = root
    for word in words where !word.hasPrefix("-") {
      guard let subcommand = model.subcommand(named: word) else {
        throw CommandFailure(model, model.unknownCommand(word))
      }
      model = subcommand
    }
    return model
  }
}

/// Why a command did not run, or did not end well, and which command it was.
struct CommandFailure: Error {
  var model: CommandModel
  var reason: any Error

  init(_ model: CommandModel, _ reason: any Error) {
    self.model = model
    self.reason = reason
  }
}
