/// Makes the script for zsh: one function per command, on `_arguments`.
func zshCompletionScript(for commands: [CompletionCommand]) -> String {
  guard let root = commands.first else { return "" }
  return """
    #compdef \(root.key)

    \(commands.map(zshFunction).joined(separator: "\n\n"))

    if [[ $funcstack[1] == \(root.functionName) ]]; then
      \(root.functionName) "$@"
    else
      compdef \(root.functionName) \(root.key)
    fi

    """
}

private func zshFunction(of command: CompletionCommand) -> String {
  var specifications = command.options.map(zshSpecification)
  if command.subcommands.isEmpty {
    specifications += command.positionals.map { argument in
      let marker = argument.arity == .repeating ? "*" : argument.isRequired ? "" : ":"
      return quoted("\(marker):\(escaped(argument.valueName)):\(zshAction(argument.completion))")
    }
  }
  let header = "\(command.functionName)() {\n"
  guard !command.subcommands.isEmpty else {
    return header + zshArguments("_arguments -s -S", specifications) + "\n}"
  }
  specifications += ["':command:->command'", "'*::argument:->argument'"]
  let fallback = command.positionals.first.map { zshAction($0.completion) } ?? " "
  return header + """
      local context state state_descr line
      typeset -A opt_args
    \(zshArguments("_arguments -C -s -S", specifications))
      case $state in
        command)
          local -a commands=(
    \(command.subcommands.map { "        " + quoted("\($0.name):\($0.abstract)") }.joined(separator: "\n"))
          )
          _describe -V command commands\(fallback.hasPrefix("_") ? "\n      \(fallback)" : "")
          ;;
        argument)
          case $words[1] in
    \(command.subcommands.map { "        \($0.name)) \(zshCall(command, $0.name)) ;;" }.joined(separator: "\n"))
          esac
          ;;
      esac
    }
    """
}

/// The call that completes a subcommand; a topic of `help` has nothing more to complete.
private func zshCall(_ command: CompletionCommand, _ name: String) -> String {
  guard command.path.count != 2 || command.path.last != "help" else { return ":" }
  return CompletionCommand(path: command.path + [name], arguments: [], subcommands: []).functionName
}

private func zshArguments(_ call: String, _ specifications: [String]) -> String {
  "  " + ([call] + specifications).joined(separator: " \\\n    ")
}

private func zshSpecification(of option: ArgumentDefinition) -> String {
  let names = option.names.map { $0.description }
  let repeats = option.arity == .repeating ? "*" : ""
  let exclusion = names.count > 1 && repeats.isEmpty ? "(\(names.joined(separator: " ")))" : ""
  let value = option.kind == .flag ? "" : ":\(escaped(option.valueName)):\(zshAction(option.completion))"
  return names.map { name in
    let sign = option.kind == .option && name.hasPrefix("--") ? "=" : ""
    return quoted("\(exclusion)\(repeats)\(name)\(sign)[\(escaped(option.help.abstract))]\(value)")
  }.joined(separator: " \\\n    ")
}

private func zshAction(_ completion: CompletionKind) -> String {
  switch completion {
  case .none: " "
  case .file: "_files"
  case .directory: "_files -/"
  case .list(let values): "(\(values.joined(separator: " ")))"
  }
}

/// Escapes what `_arguments` would read as structure.
private func escaped(_ text: String) -> String {
  text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
}

private func quoted(_ text: String) -> String {
  "'\(text.replacing("'", with: "'\\''"))'"
}
