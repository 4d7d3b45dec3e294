/// A shell that completion scripts are made for.
package enum CompletionShell: String, Sendable, CaseIterable, ExpressibleByArgument {
  case bash
  case zsh
  case fish
}

extension ParsableCommand {
  /// The script that completes this command and its subcommands in `shell`.
  package static func completionScript(for shell: CompletionShell) -> String {
    let commands = CompletionCommand.all(under: CommandModel(Self.self))
    switch shell {
    case .bash: return bashCompletionScript(for: commands)
    case .zsh: return zshCompletionScript(for: commands)
    case .fish: return fishCompletionScript(for: commands)
    }
  }
}

/// One command as the completion scripts see it: its arguments include those of its default subcommand.
struct CompletionCommand {
  let path: [String]
  let arguments: [ArgumentDefinition]
  let subcommands: [(name: String, abstract: String)]

  var key: String { path.joined(separator: " ") }
  var options: [ArgumentDefinition] { arguments.filter { $0.kind != .positional } }
  var positionals: [ArgumentDefinition] { arguments.filter { $0.kind == .positional } }

  /// The function of the shell that completes this command: `_autonomy_tasks_list`.
  var functionName: String {
    "_" + path.joined(separator: "_").map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// The command and everything below it that help lists.
  static func all(under model: CommandModel) -> [CompletionCommand] {
    var arguments = model.shownArguments
    for argument in model.defaultSubcommand?.shownArguments ?? [] {
      let isKnown = arguments.contains { $0.kind == argument.kind && $0.names == argument.names }
      if !isKnown || argument.kind == .positional { arguments.append(argument) }
    }
    let isRoot = model.path.count == 1
    let subcommands = model.visibleSubcommands
    let names =
      subcommands.map { (name: $0.name, abstract: $0.configuration.abstract) }
      + (isRoot && !subcommands.isEmpty ? [(name: "help", abstract: "Show the help of a subcommand.")] : [])
    let command = CompletionCommand(path: model.path, arguments: arguments, subcommands: names)
    var commands = [command]
    if isRoot, !subcommands.isEmpty {
      commands.append(
        CompletionCommand(path: model.path + ["help"], arguments: [], subcommands: names.dropLast())
      )
    }
    return commands + subcommands.flatMap { all(under: $0) }
  }
}
