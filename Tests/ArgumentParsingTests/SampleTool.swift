import ArgumentParsing
import Synchronization

/// A command line with every kind of declaration, for the tests.
struct Tool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tool",
    abstract: "Develops a project.",
    version: "tool 1.2.3",
    subcommands: [Run.self, Items.self, Secret.self],
    groupedSubcommands: [CommandGroup(name: "Support", subcommands: [Fail.self])]
  )
}

enum Mode: String, CaseIterable, ExpressibleByArgument {
  case traditional
  case orchestrated
}

struct Shared: ParsableArguments {
  @Flag(help: "Write JSON lines.") var json = false
  @Option(help: "The project's folder.", completion: .directory) var project = "."

  func validate() throws {
    if project.isEmpty { throw ValidationError("--project must not be empty.") }
  }
}

struct Limits: ParsableArguments {
  @Option(help: "Stop after this many steps.") var maxSteps: Int?
  @Option(help: "Stop after this many calls.") var budgetCalls = 2000
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the pipeline until the plan is done, which can take a long time on a small machine.",
    discussion: "Progress goes to standard error.\n\nThe result goes to standard output."
  )

  @Argument(help: "Files to restrict the run to.", completion: .file) var files: [String] = []
  @Option(help: "Who decides.") var mode: Mode = .traditional
  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Set a configuration value.", discussion: "May be repeated.", valueName: "key=value")
  )
  var overrides: [String] = []
  @Option(name: .shortAndLong, help: "How loud.") var ratio = 0.5
  @Flag(name: .shortAndLong, help: "Say more.") var verbose = false
  @Flag(help: "Skip the documentation.") var docs = true
  @Option(help: ArgumentHelp("For the tests.", isHidden: true)) var internalSeed: Int?
  @OptionGroup(title: "Limits") var limits: Limits
  @OptionGroup var shared: Shared

  func validate() throws {
    if limits.budgetCalls < 1 { throw ValidationError("--budget-calls must be positive.") }
  }

  func run() async throws {
    Recorder.current?.record(self)
  }
}

struct Items: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at the items.",
    subcommands: [List.self, Show.self],
    defaultSubcommand: List.self
  )

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the items.")
    @Flag(help: "Include those that are done.") var all = false
    @Option(help: "How many to list.") var limit = 10
    @Option(help: "How long to wait.") var wait: Duration = .seconds(90)
    func run() async throws { Recorder.current?.record(self) }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one item.")
    @Argument(help: "The item.") var id: String
    @Argument(help: "The shell's name.") var shell: CompletionShell?
    @OptionGroup var shared: Shared
    func run() async throws { Recorder.current?.record(self) }
  }
}

struct Secret: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Is not for everybody.", isHidden: true)
  func run() async throws { throw CleanExit.message("You found it.") }
}

struct Fail: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Fail in the way asked for.")

  enum Way: String, CaseIterable, ExpressibleByArgument {
    case code, validation, plain, coded, help
  }

  struct Plain: Error, CustomStringConvertible {
    var description: String { "The file 'x' is gone." }
  }

  struct Coded: ExitCodeProviding, CustomStringConvertible {
    var exitCode: ExitCode { ExitCode(7) }
    var description: String { "There is no sandbox." }
  }

  @Argument(help: "How to fail.") var way: Way

  func run() async throws {
    switch way {
    case .code: throw ExitCode(9)
    case .validation: throw ValidationError("That cannot be.")
    case .plain: throw Plain()
    case .coded: throw Coded()
    case .help: throw CleanExit.helpRequest(Items.Show.self)
    }
  }
}

/// Remembers the command that ran within one test.
final class Recorder: Sendable {
  @TaskLocal static var current: Recorder?

  private let command = Mutex<(any ParsableCommand)?>(nil)

  func record(_ command: some ParsableCommand) {
    self.command.withLock { $0 = command }
  }

  var recorded: (any ParsableCommand)? {
    command.withLock { $0 }
  }
}

/// Runs the sample tool and answers the command that ran, if one did, and the outcome.
func tool(_ words: String..., columns: Int = 80) async -> (command: (any ParsableCommand)?, outcome: CommandOutcome) {
  let recorder = Recorder()
  let outcome = await Recorder.$current.withValue(recorder) {
    await Tool.execute(words, columns: columns)
  }
  return (recorder.recorded, outcome)
}
