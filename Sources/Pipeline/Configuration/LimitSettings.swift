/// The limits of steps, runs, checks and calls.
package struct LimitSettings: Hashable, Sendable {
  package var jobs = 1
  package var planTasks = 100
  package var taskAttempts = 6
  package var stepModelCalls = 40
  package var malformedInARow = 3
  package var readsInARow = 15
  package var numPredict = 8192
  package var numContext = 16_384
  package var runModelCalls: Int? = 2000
  package var runTime: Duration? = .seconds(8 * 3600)
  package var runTokens: Int?
  package var runSteps: Int?
  package var runDollars: Dollars?
  package var dayDollars: Dollars?
  package var projectDollars: Dollars?
  package var checkTime: Duration = .seconds(600)
  package var checkOutput = 1_048_576
  package var serverPatience: Duration = .seconds(600)
  package var connect: Duration = .seconds(10)
  package var load: Duration = .seconds(600)
  package var firstToken: Duration = .seconds(600)
  package var idle: Duration = .seconds(120)

  package init() {}

  /// How many tasks may be worked on at once.
  package static let possibleJobs = 1...16

  static let keys: [ConfigurationKey<LimitSettings>] = [
    ConfigurationKey(
      "jobs",
      \.jobs,
      "How many tasks are worked on at once, each in a worktree of its own where there are several.",
      expectation: "a whole number from \(possibleJobs.lowerBound) to \(possibleJobs.upperBound)"
    ) { possibleJobs.contains($0) },
    ConfigurationKey("plan_tasks", \.planTasks, atLeast: 1, "How many tasks a plan may have."),
    ConfigurationKey("task_attempts", \.taskAttempts, atLeast: 1, "How often a task is tried before it fails."),
    ConfigurationKey("step_model_calls", \.stepModelCalls, atLeast: 1, "How often one step may call its model."),
    ConfigurationKey(
      "malformed_in_a_row",
      \.malformedInARow,
      atLeast: 1,
      "How many answers in a row may be unreadable in one step, or repeat one refused call."
    ),
    ConfigurationKey(
      "reads_in_a_row",
      \.readsInARow,
      atLeast: 1,
      "How often in a row a step may read without changing anything."
    ),
    ConfigurationKey(
      "num_predict",
      \.numPredict,
      atLeast: 256,
      "The most tokens that one answer may have; never more than half of the context window."
    ),
    ConfigurationKey(
      "num_ctx",
      \.numContext,
      atLeast: 2048,
      "The context window, in tokens, of models that set none of their own."
    ),
    ConfigurationKey("run_model_calls", \.runModelCalls, atLeast: 1, "How often one run may call models."),
    ConfigurationKey("run_time", \.runTime, "How long one run may take."),
    ConfigurationKey(
      "run_tokens",
      \.runTokens,
      atLeast: 256,
      "How many tokens one run may use, prompts and answers together."
    ),
    ConfigurationKey("run_steps", \.runSteps, atLeast: 1, "How many steps one run may take."),
    ConfigurationKey(
      "run_usd",
      \.runDollars,
      "How many dollars one run may spend; with any such limit a model whose price is not known is refused."
    ),
    ConfigurationKey(
      "day_usd",
      \.dayDollars,
      "How many dollars the runs of the project may spend that start or go on on the same day (UTC)."
    ),
    ConfigurationKey("project_usd", \.projectDollars, "How many dollars all runs of the project may spend."),
    ConfigurationKey("check_time", \.checkTime, "How long a check may take that sets no limit of its own."),
    ConfigurationKey("check_output", \.checkOutput, atLeast: 1024, "How many bytes of a check's output are kept."),
    ConfigurationKey(
      "server_patience",
      \.serverPatience,
      "How long a model server may fail in one stretch before the run stops."
    ),
    ConfigurationKey("connect", \.connect, "How long a model server may take to accept a connection."),
    ConfigurationKey("load", \.load, "How long a model server may take to load a model."),
    ConfigurationKey(
      "first_token",
      \.firstToken,
      "How long a loaded model may take to read the prompt and begin its answer."
    ),
    ConfigurationKey("idle", \.idle, "How long a model may fall silent in the middle of its answer."),
  ]
}
