extension ParsableCommand {
  /// Parses `arguments`, runs the command they name with `run`, and tells what is left to print and how to exit.
  package static func execute(
    _ arguments: [String],
    columns: Int,
    run: (inout any ParsableCommand) async throws -> Void = { try await $0.run() }
  ) async -> CommandOutcome {
    let root = CommandModel(Self.self)
    if arguments.first == "--generate-completion-script" {
      return completionScriptOutcome(arguments.dropFirst().first)
    }
    do {
      var (command, model) = try CommandParser(root: root).parse(arguments)
      do {
        try await run(&command)
        return CommandOutcome()
      } catch {
        throw CommandFailure(model, error)
      }
    } catch let failure as CommandFailure {
      return outcome(of: failure, root: root, columns: columns)
    } catch {
      return outcome(of: CommandFailure(root, error), root: root, columns: columns)
    }
  }

  private static func outcome(of failure: CommandFailure, root: CommandModel, columns: Int) -> CommandOutcome {
    let model = failure.model
    switch failure.reason {
    case CleanExit.helpRequest(let type):
      let subject = type.flatMap { root.find($0) } ?? model
      return CommandOutcome(standardOutput: HelpText(subject, columns: columns).text)
    case CleanExit.message(let text):
      return CommandOutcome(standardOutput: text + "\n")
    case let code as ExitCode:
      return CommandOutcome(exitCode: code)
    case is ParsingError, is ValidationError:
      return CommandOutcome(
        standardError: """
          Error: \(failure.reason)
          \(HelpText(model, columns: columns).usageLine(prefix: "Usage: "))
            See '\(model.path.joined(separator: " ")) --help' for more information.

          """,
        exitCode: .usage
      )
    default:
      let code = (failure.reason as? any ExitCodeProviding)?.exitCode ?? .failure
      return CommandOutcome(standardError: "Error: \(failure.reason)\n", exitCode: code)
    }
  }

  private static func completionScriptOutcome(_ name: String?) -> CommandOutcome {
    guard let name, let shell = CompletionShell(rawValue: name) else {
      let error = ParsingError.invalidValue(
        name ?? "",
        argument: "--generate-completion-script <shell>",
        allowed: CompletionShell.allValueStrings,
        expectation: nil
      )
      return CommandOutcome(standardError: "Error: \(error)\n", exitCode: .usage)
    }
    return CommandOutcome(standardOutput: completionScript(for: shell))
  }
}
