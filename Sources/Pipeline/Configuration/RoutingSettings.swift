import JSON

/// What the configuration says about the router, which chooses a model for each task.
package struct RoutingSettings: Hashable, Sendable {
  /// Nil where it depends on whether there is a file of the router's own.
  package var use: Bool?
  package var config: String?
  package var policy = RoutingPolicy.standard
  package var contextTokens: [Int] = []
  package var files: [Int] = []
  package var types: [String: Int] = [:]
  package var otherType = 1
  package var typeLimit = 10
  package var historyFailures = 1
  package var historyKept = 0
  package var historyUpgrade = 100
  package var baseFrom = 1
  package var strongFrom = 1
  package var floors: [String: ModelTier] = [:]
  package var filters = true
  package var prefersFree = true
  package var freeQuality = 0
  package var quality: [String: Int] = [:]
  package var upgrades = 0
  package var swapTime: Duration = .seconds(1)
  package var patience: Duration = .seconds(30)
  package var kinds: [TaskKindRule] = []
  package var models: [ModelProfile] = []

  /// The table of the policy that applies unless another is named.
  package init() {
    self = Self.standard
  }

  /// Nothing set, to be filled.
  init(blank: Void) {}

  /// The variables of the environment that win over the files.
  package static let fileVariable = "MODEL_ROUTER_CONFIG_PATH"
  package static let freeVariable = "PREFER_FREE_TIER"

  /// Whether the router chooses the models of a run.
  package var isUsed: Bool { use ?? (config != nil) }

  static let keys: [ConfigurationKey<RoutingSettings>] = [
    ConfigurationKey(
      "use",
      \.use,
      "Whether the router chooses the model of each step; without it, where 'router.config' is set."
    ),
    ConfigurationKey(
      "config",
      \.config,
      "A file, relative to the project, that sets keys of 'router', as MODEL_ROUTER_CONFIG_PATH does.",
      expectation: "a path, or null"
    ) { $0 != "" },
    ConfigurationKey(
      "policy",
      \.policy,
      "Whose table applies where nothing is set: the router's own or the reference's."
    ),
    ConfigurationKey(
      "context_tokens",
      \.contextTokens,
      "A point of complexity for each of these sizes of the prompt, in tokens, that is exceeded.",
      expectation: ascending,
      check: checkAscending
    ),
    ConfigurationKey(
      "files",
      \.files,
      "A point of complexity for each of these numbers of files that is exceeded.",
      expectation: ascending,
      check: checkAscending
    ),
    ConfigurationKey(
      "types",
      \.kindPoints,
      "The kinds of task, and the points of each; what is set adds to those that the program knows, or replaces them.",
      expectation: "an object of kinds with 1 to 10 points each"
    ) { kinds, _ throws(ConfigurationProblem) in
      for (kind, value) in kinds.sorted(by: { $0.key < $1.key }) where !isPoints(value) {
        throw ConfigurationProblem(path: [kind], message: mistake(points, value.json, Int.self))
      }
    },
    ConfigurationKey("other_type", \.otherType, "The points of any other kind of task.", expectation: points) {
      isPoints($0)
    },
    ConfigurationKey("type_limit", \.typeLimit, "The most points that a kind counts.", expectation: points) {
      isPoints($0)
    },
    ConfigurationKey(
      "history_failures",
      \.historyFailures,
      atLeast: 1,
      "From so many failures of a kind on weak models on, it counts a point more; older runs count less."
    ),
    ConfigurationKey(
      "history_kept",
      \.historyKept,
      "How much of what was counted a new run keeps, in percent.",
      expectation: percent
    ) { (0...100).contains($0) },
    ConfigurationKey(
      "history_upgrade",
      \.historyUpgrade,
      "A kind begins a tier higher where more than this share of at least four tries failed, in percent.",
      expectation: percent
    ) { (0...100).contains($0) },
    ConfigurationKey("base_from", \.baseFrom, atLeast: 0, "From so many points on a task goes to a base model."),
    ConfigurationKey("strong_from", \.strongFrom, atLeast: 0, "From so many points on a task goes to a strong model."),
    ConfigurationKey(
      "floors",
      \.kindFloors,
      "The least tier of critical kinds, whatever their points; what is set adds to those that the program knows, or "
        + "replaces them."
    ),
    ConfigurationKey(
      "filters",
      \.filters,
      "Whether models that cannot take a task are refused before the others are ranked."
    ),
    ConfigurationKey(
      "prefer_free",
      \.prefersFree,
      "Whether models that cost nothing come first within a tier, as PREFER_FREE_TIER says."
    ),
    ConfigurationKey(
      "free_quality",
      \.freeQuality,
      "The points of the rubric from which on a model that costs nothing comes first; one not judged does.",
      expectation: rubric
    ) { (0...25).contains($0) },
    ConfigurationKey(
      "quality",
      \.tierQuality,
      "The least points of the rubric for each tier; a model not judged passes. A tier that is not set keeps its points.",
      expectation: "an object of tiers with 0 to 25 points each"
    ) { tiers, _ throws(ConfigurationProblem) in
      for (tier, value) in tiers.sorted(by: { $0.key < $1.key }) {
        guard ModelTier(rawValue: tier) != nil else {
          throw ConfigurationProblem(path: [tier], message: "is no tier: there is \(ModelTier.expectation)")
        }
        guard (0...25).contains(value) else {
          throw ConfigurationProblem(path: [tier], message: mistake(rubric, value.json, Int.self))
        }
      }
    },
    ConfigurationKey(
      "upgrades",
      \.upgrades,
      "How many tiers a task rises at most for its failures.",
      expectation: "0, 1 or 2"
    ) { (0...2).contains($0) },
    ConfigurationKey(
      "swap_time",
      \.swapTime,
      "A model that is loaded is preferred to one whose loading takes at least so long."
    ),
    ConfigurationKey(
      "patience",
      \.patience,
      "How long a model that gives no answer is asked again before another takes its step, where one can."
    ),
    ConfigurationKey(
      "kinds",
      \.rows,
      "The kind of a step's task: the first row that applies to its phase and files. What is set stands before the "
        + "rows that the program knows."
    ),
    ConfigurationKey(
      "models",
      \.catalogue,
      "Models beside those that the program knows, or in their place.",
      expectation: "a list of models"
    ) { models, _ throws(ConfigurationProblem) in
      try ConfigurationProblem.check(models, differBy: { [$0.name, $0.server] }) { model in
        "the name '\(model.name)' and \(model.server.map { "the server '\($0)'" } ?? "no server")"
      }
    },
  ]

  /// The kinds with their points; what is set replaces those of the same name, and the others stay.
  private var kindPoints: [String: Int] {
    get { types }
    set { types.merge(newValue) { $1 } }
  }

  /// The floors of kinds; what is set replaces those of the same kind, and the others stay.
  private var kindFloors: [String: ModelTier] {
    get { floors }
    set { floors.merge(newValue) { $1 } }
  }

  /// The points that tiers ask for; what is set replaces those of the same tier, and the others stay.
  private var tierQuality: [String: Int] {
    get { quality }
    set { quality.merge(newValue) { $1 } }
  }

  /// The rows that tell kinds; what is set comes before the others.
  private var rows: [TaskKindRule] {
    get { kinds }
    set { kinds = newValue + kinds.filter { !newValue.contains($0) } }
  }

  /// The models; what is set replaces those of the same name and server, and the others stay.
  private var catalogue: [ModelProfile] {
    get { models }
    set { models = newValue + models.filter { model in !newValue.contains { $0.isSame(as: model) } } }
  }

  private static let ascending = "a list of whole numbers, each larger than the one before"
  private static let points = "a whole number from 1 to 10"
  private static let percent = "a whole number from 0 to 100"
  private static let rubric = "a whole number from 0 to 25"

  private static func isPoints(_ value: Int) -> Bool { (1...10).contains(value) }

  @Sendable private static func checkAscending(_ values: [Int], _: JSONValue) throws(ConfigurationProblem) {
    var least = 0
    for (index, value) in values.enumerated() {
      guard value >= least else {
        let bound = index == 0 ? "0" : "\(least), as the one before is \(least - 1)"
        throw ConfigurationProblem(path: ["\(index)"], message: "must be at least \(bound), not \(value)")
      }
      least = value + 1
    }
  }
}
