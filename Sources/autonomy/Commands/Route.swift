import ArgumentParsing
import JSON
import Orchestration
import Pipeline
import Unified

/// Explains which model a task would go to.
struct Route: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which model a task would go to, and why none of the others.",
    discussion: """
      The models are those that the program knows and those of 'router.models', whether a server has them or not; with \
      '--servers' they are those that the configured servers have, loaded or not as they are at the moment. With \
      '--jsonl' every line of standard input is '{"type", "context_tokens", "files"}', where the files are a list or \
      how many there are, and every line of the output '{"score", "tier", "model", "reasons", "refused"}'. How tasks of \
      the kind have gone in the project counts with '--servers', unless '--failures' says otherwise.
      """
  )

  @Option(help: ArgumentHelp("The kind of task, such as 'bug_fix'.", valueName: "kind")) var type: String?
  @Option(help: ArgumentHelp("How many tokens its prompt has.", valueName: "n")) var contextTokens: Int?
  @Option(help: ArgumentHelp("A file of the task, or how many there are.", valueName: "file")) var files: [String] = []
  @Option(help: ArgumentHelp("How often tasks of this kind have failed on weak models.", valueName: "n"))
  var failures: Int?
  @Option(help: ArgumentHelp("How many dollars are left to spend.", valueName: "usd")) var budgetUsd: Dollars?
  @Option(help: ArgumentHelp("Whose table applies; without it, that of 'router.policy'.", valueName: "policy"))
  var policy: RoutingPolicy?
  @Flag(help: "Choose from the models that the configured servers have.") var servers = false
  @Flag(help: "Read many tasks, one a line.") var jsonl = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json && !jsonl }

  func validate() throws {
    guard jsonl == (type == nil) else { throw ValidationError("Give either '--type <kind>' or '--jsonl'.") }
    guard !jsonl || !format.json else { throw ValidationError("'--jsonl' has an output of its own, without '--json'.") }
    for case (let name, let value?) in [("--context-tokens", contextTokens), ("--failures", failures)] {
      guard value >= 0 else { throw ValidationError("The value of '\(name)' must be at least 0, not \(value).") }
      guard !jsonl else { throw ValidationError("With '--jsonl' each line says that itself; leave out '\(name)'.") }
    }
    guard !jsonl || files.isEmpty else {
      throw ValidationError("With '--jsonl' each line says that itself; leave out '--files'.")
    }
  }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    let named = policy.map { [ConfigurationOverride(option: "--policy", key: "router.policy", value: $0.rawValue)] }
    let configuration = try settings.load(project: folder, console, and: named ?? [])
    // What is asked of the servers as they are is asked of the project as it is, too.
    let state = servers ? try JournalReader.open(StateFolder(ofProject: folder))?.state() : nil
    var survey: RoutingSurvey?
    if servers {
      let money = state?.money ?? MoneyBook()
      survey = try await RoutingSurvey(configuration, environment: console.environment, money: money)
    }
    for failure in survey?.failures ?? [] { console.note("Models of a server that is away are refused. \(failure)") }
    let router = ModelRouter(configuration.router, candidates: survey?.candidates ?? configuration.router.models)
    // Nobody has asked them today where nobody is asked.
    let standing = RoutingStanding(
      candidates: survey?.standing
        ?? configuration.router.models.map { CandidateStanding(requestsLeft: $0.dailyRequests) },
      microdollarsLeft: budgetUsd?.microdollars
    )
    guard let type else { return try await answerLines(router, standing, state?.outcomes ?? [:], console) }
    var demand = RoutingDemand(type: type, contextTokens: contextTokens ?? 0, files: count)
    demand.outcomes = state?.outcomes[type] ?? TierOutcomes()
    if let failures { demand.outcomes.weak.failures = failures * OutcomeCounts.one }
    let explanation = router.explanation(of: demand, in: standing)
    let code: Int32 = explanation.route == nil ? RunOutcome.partial.exitCode : 0
    var members = explanation.json
    members["factors"] = .object(explanation.factors)
    try end(members, exitCode: code, on: console) { write(explanation, console) }
  }

  /// How many files are meant.
  private var count: Int {
    if files.count == 1, let count = Int(files[0]), count >= 0 { return count }
    return files.count
  }

  private func answerLines(
    _ router: ModelRouter,
    _ standing: RoutingStanding,
    _ outcomes: [String: TierOutcomes],
    _ console: Console
  ) async throws {
    try await console.input.forEachLine { number, line in
      do {
        let demand = try RoutingDemand(json: try JSONValue(parsing: line), outcomes: outcomes)
        console.emit(.object(router.explanation(of: demand, in: standing).json))
      } catch let error as JSONError {
        throw Refusal(.configuration, "Line \(number) of the input, column \(error.column): \(error.message)")
      } catch let error as StoredValueError {
        throw Refusal(.configuration, "Line \(number) of the input: \(error)")
      }
    }
  }

  private func write(_ explanation: RouteExplanation, _ console: Console) {
    let style = console.style
    let model = explanation.model.map { style.bold(explanation.title(of: $0)) } ?? "no model"
    console.print("\(model), \(explanation.tier.rawValue)")
    for reason in explanation.reasons { console.print("  \(reason)") }
    guard !explanation.refused.isEmpty else { return }
    console.print()
    console.print(style.bold("Not taken"))
    var table = TextTable()
    for refused in explanation.refused {
      table.rows.append([explanation.title(of: refused), explanation.words(refused)])
    }
    console.print(table)
  }
}

extension RoutingPolicy: ExpressibleByArgument {}

extension Dollars: ExpressibleByArgument {
  package init?(argument: String) {
    self.init(text: argument)
  }

  package static var expectation: String? { "an amount of dollars such as 5 or 0.25" }
}
