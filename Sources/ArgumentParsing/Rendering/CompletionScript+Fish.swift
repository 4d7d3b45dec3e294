/// Makes the script for fish: a function that tells the command at hand, and one `complete` per thing to offer.
func fishCompletionScript(for commands: [CompletionCommand]) -> String {
  guard let program = commands.first?.key else { return "" }
  return """
    # fish completion for \(program)

    function __\(program)_command
      set -l command \(program)
      set -l waiting 0
      set -l position 0
      set -l words (commandline -opc)
      for word in $words[2..]
        if test $waiting = 1
          set waiting 0
          continue
        end
        switch "$command:$word"
    \(fishWalk(commands))
          case '*:-*'
          case '*'
            set position (math $position + 1)
        end
      end
      echo "$command:$position"
    end

    function __\(program)_at
      string match -q -- "$argv[1]" (__\(program)_command)
    end

    complete -c \(program) -f
    \(commands.flatMap { fishCompletions(of: $0, program: program) }.joined(separator: "\n"))

    """
}

private func fishWalk(_ commands: [CompletionCommand]) -> String {
  var lines: [String] = []
  for command in commands {
    for subcommand in command.subcommands {
      lines.append("      case '\(command.key):\(subcommand.name)'")
      lines.append("        set command '\(command.key) \(subcommand.name)'")
    }
    let names = command.options.filter { $0.kind == .option }.flatMap { $0.names }
    if !names.isEmpty {
      lines.append("      case \(names.map { "'\(command.key):\($0)'" }.joined(separator: " "))")
      lines.append("        set waiting 1")
    }
  }
  return lines.joined(separator: "\n")
}

private func fishCompletions(of command: CompletionCommand, program: String) -> [String] {
  func line(at position: String, _ rest: String) -> String {
    "complete -c \(program) -n \(quoted("__\(program)_at '\(command.key):\(position)'")) \(rest)"
  }
  var lines = command.subcommands.map { subcommand in
    line(at: "0", "-a \(quoted(subcommand.name)) -d \(quoted(subcommand.abstract))")
  }
  for option in command.options {
    let names = option.names.map { name in
      switch name {
      case .long(let text): "-l \(text)"
      case .short(let letter): "-s \(letter)"
      }
    }
    let value = option.kind == .option ? " -r \(fishAction(option.completion))" : ""
    lines.append(line(at: "*", "\(names.joined(separator: " ")) -d \(quoted(option.help.abstract))\(value)"))
  }
  for (index, argument) in command.positionals.enumerated() where argument.completion != .none {
    lines.append(line(at: argument.arity == .repeating ? "*" : "\(index)", fishAction(argument.completion)))
  }
  return lines
}

private func fishAction(_ completion: CompletionKind) -> String {
  switch completion {
  case .none: "-f"
  case .file: "-F"
  case .directory: "-f -a '(__fish_complete_directories)'"
  case .list(let values): "-f -a \(quoted(values.joined(separator: " ")))"
  }
}

private func quoted(_ text: String) -> String {
  let escaped = text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  return "'\(escaped)'"
}
