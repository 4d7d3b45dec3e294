/// Makes the script for bash: it walks the words to find the command, then offers what fits there.
func bashCompletionScript(for commands: [CompletionCommand]) -> String {
  guard let program = commands.first?.key else { return "" }
  return """
    # bash completion for \(program)

    _\(program)() {
      local current="${COMP_WORDS[COMP_CWORD]}" command="\(program)" option="" position=0 terminated="" index word
      COMPREPLY=()
      for ((index = 1; index < COMP_CWORD; index++)); do
        word="${COMP_WORDS[index]}"
        if [[ $word == "=" ]]; then
          continue
        elif [[ -n $option ]]; then
          option=""
          continue
        elif [[ -n $terminated ]]; then
          position=$((position + 1))
          continue
        fi
        case "$command:$word" in
          *:--) terminated=1 ;;
    \(bashWalk(commands))
          *:-*) ;;
          *) position=$((position + 1)) ;;
        esac
      done
      [[ $current == "=" ]] && current=""
      case "$command:$option" in
    \(bashValues(commands))
        *:?*) return ;;
      esac
      if [[ $current == -* && -z $terminated ]]; then
        case "$command" in
    \(bashOptions(commands))
        esac
        return
      fi
      case "$command:$position" in
    \(bashPositionals(commands))
      esac
    }

    complete -F _\(program) \(program)

    """
}

/// The cases that follow subcommands and notice options that wait for a value.
private func bashWalk(_ commands: [CompletionCommand]) -> String {
  var lines: [String] = []
  for command in commands {
    for subcommand in command.subcommands {
      lines.append("\"\(command.key):\(subcommand.name)\") command=\"\(command.key) \(subcommand.name)\" ;;")
    }
    let waiting = command.options.filter { $0.kind == .option }.flatMap { $0.names }
    let patterns = waiting.map { "\"\(command.key):\($0)\"" }
    if !patterns.isEmpty { lines.append("\(patterns.joined(separator: " | "))) option=\"$word\" ;;") }
  }
  return lines.map { "      " + $0 }.joined(separator: "\n")
}

private func bashValues(_ commands: [CompletionCommand]) -> String {
  var lines: [String] = []
  for command in commands {
    for option in command.options {
      guard option.kind == .option, let action = bashAction(option.completion) else { continue }
      let patterns = option.names.map { "\"\(command.key):\($0)\"" }.joined(separator: " | ")
      lines.append("    \(patterns)) \(action); return ;;")
    }
  }
  return lines.joined(separator: "\n")
}

private func bashOptions(_ commands: [CompletionCommand]) -> String {
  commands.compactMap { command in
    let names = command.options.flatMap { $0.names }.map { $0.description }
    guard !names.isEmpty, let action = bashAction(.list(names)) else { return nil }
    return "      \"\(command.key)\") \(action) ;;"
  }.joined(separator: "\n")
}

private func bashPositionals(_ commands: [CompletionCommand]) -> String {
  var lines: [String] = []
  for command in commands {
    if !command.subcommands.isEmpty {
      let positional = command.positionals.first.flatMap { bashAction($0.completion, adding: true) }
      let names = bashAction(.list(command.subcommands.map { $0.name })) ?? ""
      lines.append("    \"\(command.key):0\") \(names)\(positional.map { "; \($0)" } ?? "") ;;")
    }
    for (index, argument) in command.positionals.enumerated() where index > 0 || command.subcommands.isEmpty {
      guard let action = bashAction(argument.completion) else { continue }
      let position = argument.arity == .repeating ? "\"*" : "\(index)\""
      lines.append("    \"\(command.key):\(position)) \(action) ;;")
    }
  }
  return lines.joined(separator: "\n")
}

/// The command that fills COMPREPLY, or adds to it.
private func bashAction(_ completion: CompletionKind, adding: Bool = false) -> String? {
  let fill = "mapfile -t\(adding ? " -O \"${#COMPREPLY[@]}\"" : "") COMPREPLY"
  switch completion {
  case .none: return nil
  case .file: return "compopt -o filenames; \(fill) < <(compgen -f -- \"$current\")"
  case .directory: return "compopt -o filenames; \(fill) < <(compgen -d -- \"$current\")"
  case .list(let values): return "\(fill) < <(compgen -W '\(values.joined(separator: " "))' -- \"$current\")"
  }
}
