import ArgumentParsing
import Pipeline

/// What 'run' and 'resume' have in common.
struct ModeOption: ParsableArguments {
  @Option(help: ArgumentHelp("Who decides what comes next, whatever the settings say.", valueName: "mode"))
  var mode: RunMode?
}

/// How many tasks a run may work on at once.
struct JobsOption: ParsableArguments {
  @Option(help: ArgumentHelp("Work on so many tasks at once, each in a worktree; else 'limits.jobs'.", valueName: "n"))
  var jobs: Int?

  func validate() throws {
    let possible = LimitSettings.possibleJobs
    guard let jobs, !possible.contains(jobs) else { return }
    throw ValidationError(
      "The value of '--jobs' must be from \(possible.lowerBound) to \(possible.upperBound), not \(jobs)."
    )
  }
}

/// How far a run may go, and how it is set.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Stop after this many steps.", valueName: "n")) var maxSteps: Int?
  @Option(help: ArgumentHelp("Stop after this many model calls.", valueName: "n")) var budgetCalls: Int?
  @Option(help: ArgumentHelp("Stop after this many tokens, prompts and answers together.", valueName: "n"))
  var budgetTokens: Int?
  @Option(help: ArgumentHelp("Stop after this much time, such as '90m' or '8h'.", valueName: "duration"))
  var budgetTime: Duration?
  @Option(help: ArgumentHelp("Stop before more than this is spent, in dollars.", valueName: "usd"))
  var budgetUsd: Dollars?
  @Flag(name: .customLong("no-docs"), help: "Leave the documentation as it is.") var skipsDocumentation = false
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var format: OutputOptions

  func validate() throws {
    let limits = [("--max-steps", maxSteps), ("--budget-calls", budgetCalls), ("--budget-tokens", budgetTokens)]
    for case (let name, let value?) in limits where value < 1 {
      throw ValidationError("The value of '\(name)' must be at least 1, not \(value).")
    }
    if let budgetTime, budgetTime <= .zero { throw ValidationError("The value of '--budget-time' must be positive.") }
  }

  /// Whether any option but those of the output is given.
  var isGiven: Bool {
    maxSteps != nil || budgetCalls != nil || budgetTokens != nil || budgetTime != nil || budgetUsd != nil
      || skipsDocumentation || !settings.settings.isEmpty
  }

  /// The limits of this start: the options, and what '-c' says of them.
  func limits(_ configuration: Configuration) -> RunLimits {
    func isGiven(_ key: String) -> Bool {
      if case .flag = configuration.origin(of: "limits.\(key)") { true } else { false }
    }
    let limits = configuration.limits
    return RunLimits(
      steps: maxSteps ?? (isGiven("run_steps") ? limits.runSteps : nil),
      calls: budgetCalls ?? (isGiven("run_model_calls") ? limits.runModelCalls : nil),
      tokens: budgetTokens ?? (isGiven("run_tokens") ? limits.runTokens : nil),
      seconds: (budgetTime ?? (isGiven("run_time") ? limits.runTime : nil)).map { $0 / .seconds(1) },
      microdollars: (budgetUsd ?? (isGiven("run_usd") ? limits.runDollars : nil))?.microdollars
    )
  }
}
