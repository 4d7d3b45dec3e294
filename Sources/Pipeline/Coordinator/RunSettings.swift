/// What a run is told from outside: by flags, environment and configuration.
package struct RunSettings: Hashable, Codable, Sendable {
  package var mode: String
  /// Where the mode was set, for the screen and the journal.
  package var modeOrigin: String
  /// The limits given for this start; they replace those of an earlier part of the run one by one.
  package var limits: RunLimits
  /// The limits of a new run where none is given.
  package var defaultLimits: RunLimits
  package var startsFresh: Bool
  package var wantsDocumentation: Bool
  package var taskAttempts: Int
  /// The phases whose steps a model decides on; none in the traditional mode.
  package var orchestrated: Set<PhaseName> = []
  /// Whether an arbiter is asked beside the rules, and not obeyed.
  package var isShadowed = false
  /// How many tasks are worked on at once, each in a worktree of its own; nil for one, in the project itself.
  package var jobs: Int?
  /// Whether what a failed task left stays.
  package var keepsFailed = false
  /// The model of each phase, as `name@server`.
  package var models: [String: String]
  /// How each of these models is treated.
  package var handling: [String: ModelHandling]
  package var sandbox: String
  package var project: String
  /// The day to which what is spent counts, as `2026-11-01`; nil where nothing is counted by days.
  package var day: String?
  /// How much of what was learned of models a new run keeps, in percent; nil where no router learns.
  package var outcomesKept: Int?
  /// The price of each tier with which the cost of the run is compared; nil where there is nothing to tell of money.
  package var baselines: [String: ModelPrice]?

  package init(
    mode: String = "traditional",
    modeOrigin: String = "default",
    limits: RunLimits = RunLimits(),
    defaultLimits: RunLimits = RunLimits(calls: 2000, seconds: 8 * 3600),
    startsFresh: Bool = false,
    wantsDocumentation: Bool = true,
    taskAttempts: Int = 6,
    models: [String: String] = [:],
    handling: [String: ModelHandling] = [:],
    sandbox: String = "off",
    project: String = "."
  ) {
    self.mode = mode
    self.modeOrigin = modeOrigin
    self.limits = limits
    self.defaultLimits = defaultLimits
    self.startsFresh = startsFresh
    self.wantsDocumentation = wantsDocumentation
    self.taskAttempts = taskAttempts
    self.models = models
    self.handling = handling
    self.sandbox = sandbox
    self.project = project
  }
}
