import ArgumentParsing
@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import Synchronization

/// The program: its commands, and how it starts and ends.
@main
struct Autonomy: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "autonomy",
    abstract: "Develops a software project from its MASTER_PLAN.md with models that you serve.",
    discussion: """
      Every command works on the folder it is given or stands in. Results go to standard output, progress goes to \
      standard error, and '--json' makes the results JSON lines, the last of which has the type 'result'.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(name: "Developing", subcommands: [Init.self, Run.self, Resume.self, Answer.self, Tasks.self]),
      CommandGroup(name: "Looking", subcommands: [Status.self, Log.self, Why.self, Replay.self]),
      CommandGroup(name: "Asking models", subcommands: [Consult.self, Dialogue.self, Workflows.self]),
      CommandGroup(name: "Comparing", subcommands: [Compare.self, Migrate.self]),
      CommandGroup(name: "Going back", subcommands: [Checkpoints.self, Rollback.self]),
      CommandGroup(
        name: "Setting up",
        subcommands: [Doctor.self, Models.self, Probe.self, Config.self, Completions.self]
      ),
      CommandGroup(
        name: "Trying out",
        subcommands: [Demo.self, Simulate.self, ParseCalls.self, Optimize.self, Route.self, Reference.self]
      ),
    ]
  )

  @concurrent
  static func main() async {
    // A reader that goes away must not kill a run: its writes fail instead.
    signal(SIGPIPE, SIG_IGN)
    let console = Console.ofProcess()
    let outcome = await execute(Array(CommandLine.arguments.dropFirst()), on: console)
    exit(outcome)
  }

  /// Carries out the command that `arguments` name, writes all that is to say, and answers the exit code.
  static func execute(_ arguments: [String], on console: Console) async -> Int32 {
    let columns = min(console.output.terminal.columns ?? 80, 120)
    let hasBegun = Mutex(false)
    let outcome = await execute(arguments, columns: columns) { command in
      hasBegun.withLock { $0 = true }
      guard let consoleCommand = command as? any ConsoleCommand else { return try await command.run() }
      do {
        try await consoleCommand.run(on: console)
      } catch {
        consoleCommand.report(error, on: console)
        throw error
      }
    }
    console.output.write(outcome.standardOutput)
    if outcome.exitCode != .success, !hasBegun.withLock({ $0 }), arguments.contains("--json") {
      // A program that reads the result lines is told too that there is none.
      let message = outcome.standardError.split(separator: "\n").first.map { String($0) } ?? ""
      console.emitResult(["message": .string(message)], exitCode: outcome.exitCode.rawValue)
    }
    if !outcome.standardError.isEmpty {
      // What an error quotes may be anybody's, such as the name of a file.
      console.errors.write(console.masked(DisplayWidth.harmless(outcome.standardError)))
    }
    if let failure = console.output.failure, outcome.exitCode == .success {
      console.errors.write("Error: The output could not be written: \(failure).\n")
      return RunOutcome.environment.exitCode
    }
    return outcome.exitCode.rawValue
  }
}
