import ArgumentParsing
import Orchestration
import Pipeline
import Unified

/// Carries out what has not succeeded yet of a workflow.
struct WorkflowsRun: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the tasks of a workflow that have not succeeded yet.",
    discussion: """
      A task that fails skips those that depend on it, and the rest goes on. A task that was changed in the file since it \
      succeeded runs again, with all that depend on it. The exit code is 0 where every task has succeeded, 3 where some \
      have, 9 where none has, and else as of 'autonomy run'.
      """
  )

  @Argument(help: "The workflow, a JSON5 file.", completion: .file) var file: String
  @Flag(help: "Forget what has succeeded, and run all of it.") var fresh = false
  @Option(help: ArgumentHelp("Stop after this many model calls, over all starts.", valueName: "n")) var budgetCalls:
    Int?
  @Option(help: ArgumentHelp("Stop after this many tokens, prompts and answers together.", valueName: "n"))
  var budgetTokens: Int?
  @Option(help: ArgumentHelp("Stop after this much time, such as '90m' or '8h'.", valueName: "duration"))
  var budgetTime: Duration?
  @Option(help: ArgumentHelp("Stop before more than this is spent, in dollars.", valueName: "usd"))
  var budgetUsd: Dollars?
  @OptionGroup var project: ProjectOption
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    for case (let name, let value?) in [("--budget-calls", budgetCalls), ("--budget-tokens", budgetTokens)]
    where value < 1 {
      throw ValidationError("The value of '\(name)' must be at least 1, not \(value).")
    }
    if let budgetTime, budgetTime <= .zero { throw ValidationError("The value of '--budget-time' must be positive.") }
  }

  func run(on console: Console) async throws {
    let path = console.path(file)
    guard let bytes = FileBytes.read(path, limit: 16 << 20) else {
      throw Refusal(.configuration, "The workflow '\(file)' cannot be read. Give the path of a JSON5 file.")
    }
    let workflow = try WorkflowFile(bytes, path: file)
    let folder = try await project.folder(console)
    let configuration = try settings.load(project: folder, console)
    let limits = RunLimits(
      calls: budgetCalls,
      tokens: budgetTokens,
      seconds: budgetTime.map { $0 / .seconds(1) },
      microdollars: budgetUsd?.microdollars
    )
    let (fresh, sink) = (fresh, sink(on: console))
    let desk = try WorkflowDesk(
      project: folder,
      configuration: configuration,
      environment: console.environment,
      sinks: [sink]
    )
    let report = try await Consultation.interruptible(console) {
      try await desk.run(workflow, limits: limits, startsFresh: fresh, command: "autonomy workflow run")
    }
    let code = report.outcome == .interrupted ? console.signals.exitCode : report.outcome.exitCode
    let text = WorkflowReportText(report)
    try end(text.json, exitCode: code, on: console) { text.write(to: console) }
  }

  private func sink(on console: Console) -> any EventSink {
    if wantsJSON { return JSONEventSink(console: console) }
    return WorkflowDisplay(console: console)
  }
}
