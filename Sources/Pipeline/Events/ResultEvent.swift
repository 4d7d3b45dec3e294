/// How the run ended.
package struct ResultEvent: Hashable, Codable, Sendable {
  package var outcome: RunOutcome
  package var exitCode: Int
  package var message: String
  /// What the user can do now.
  package var next: String?
  /// How many tasks have each status.
  package var tasks: [String: Int]
  /// How each check stood at the end.
  package var checks: [String: String]
  package var steps: Int
  package var calls: Int
  package var promptTokens: Int
  package var outputTokens: Int
  package var seconds: Double
  /// Calls of the arbiter and of those it asked, from their reserve; nil where there were none.
  package var decisionCalls: Int?
  /// The tokens that these read and wrote.
  package var decisionTokens: Int?
  /// What it has cost; nil where there is nothing to tell of money.
  package var cost: RunCost?
  /// How much of the time servers took to load models, all calls together; nil where none says so.
  package var loadSeconds: Double?

  package init(
    outcome: RunOutcome,
    exitCode: Int,
    message: String,
    next: String? = nil,
    tasks: [String: Int],
    checks: [String: String],
    steps: Int,
    calls: Int,
    promptTokens: Int,
    outputTokens: Int,
    seconds: Double,
    decisionCalls: Int? = nil,
    decisionTokens: Int? = nil,
    loadSeconds: Double? = nil
  ) {
    self.outcome = outcome
    self.exitCode = exitCode
    self.message = message
    self.next = next
    self.tasks = tasks
    self.checks = checks
    self.steps = steps
    self.calls = calls
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.seconds = seconds
    self.decisionCalls = decisionCalls
    self.decisionTokens = decisionTokens
    self.loadSeconds = loadSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case outcome
    case exitCode = "exit_code"
    case message
    case next
    case tasks
    case checks
    case steps
    case calls
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case seconds
    case decisionCalls = "decision_calls"
    case decisionTokens = "decision_tokens"
    case cost
    case loadSeconds = "load_seconds"
  }
}
