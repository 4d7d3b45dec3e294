/// What a model is wanted for: a role, or a phase that does not take the model of its role.
///
/// The raw values are the keys under `models`; the phase `coding` and the role `coding` share one.
package enum ModelUse: String, CaseIterable, Hashable, Sendable {
  case coding
  case reasoning
  case analysis
  case interpreter
  case arbiter
  case planning
  case qa
  case debugging
  case documentation

  /// The role whose model a phase takes; a role's own is itself.
  package var role: ModelUse {
    switch self {
    case .planning: .reasoning
    case .debugging: .coding
    case .qa, .documentation: .analysis
    case .coding, .reasoning, .analysis, .interpreter, .arbiter: self
    }
  }

  package static let phases: [ModelUse] = [.planning, .coding, .qa, .debugging, .documentation]
}

/// What the configuration says about the model of one role or phase.
package struct ModelSettings: Hashable, Sendable {
  package var name: ModelName?
  package var server: String?
  package var numContext: Int?
  package var temperature: Double?
  package var thinks: Bool?

  package init(
    name: ModelName? = nil,
    server: String? = nil,
    numContext: Int? = nil,
    temperature: Double? = nil,
    thinks: Bool? = nil
  ) {
    self.name = name
    self.server = server
    self.numContext = numContext
    self.temperature = temperature
    self.thinks = thinks
  }

  static let keys: [ConfigurationKey<ModelSettings>] = [
    ConfigurationKey("name", \.name, "The model, tag included; the whole setting may also be just this string."),
    ConfigurationKey("server", \.server, "The server to ask; without it, the first that has the model."),
    ConfigurationKey(
      "num_ctx",
      \.numContext,
      atLeast: 2048,
      "The context window in tokens, with which Ollama loads the model; other servers have one of their own, which is not "
        + "exceeded where they tell it."
    ),
    ConfigurationKey(
      "temperature",
      \.temperature,
      "How freely the model chooses its words; without it, the model's own.",
      expectation: "a number from 0 to 2, or null"
    ) { $0.map { (0...2).contains($0) } ?? true },
    ConfigurationKey("think", \.thinks, "Whether the model thinks before it answers; without it, the server's choice."),
  ]

  /// What is asked of the roles unless somebody says otherwise.
  static let standard: [ModelUse: ModelSettings] = [
    .coding: ModelSettings(name: "qwen2.5-coder:32b"),
    .reasoning: ModelSettings(name: "qwen2.5:32b", numContext: 16_384),
    .analysis: ModelSettings(name: "qwen2.5:14b"),
    .interpreter: ModelSettings(name: "functiongemma", numContext: 8192),
    .arbiter: ModelSettings(name: "qwen2.5:14b"),
  ]
}
