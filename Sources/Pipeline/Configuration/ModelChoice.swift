/// The model that plays a role or carries out a phase, with everything that a call of it needs.
package struct ModelChoice: Hashable, Sendable {
  package var name: ModelName
  /// The server to ask; nil means the first that has the model.
  package var server: String?
  package var numContext: Int
  /// The limit of an answer, as it is configured.
  package var answerLimit: Int
  package var temperature: Double?
  package var thinks: Bool?
  /// The setting that decided: `planning`, `reasoning`, or `coding`.
  package var source: ModelUse

  package init(
    name: ModelName,
    server: String? = nil,
    numContext: Int,
    answerLimit: Int = LimitSettings().numPredict,
    temperature: Double? = nil,
    thinks: Bool? = nil,
    source: ModelUse
  ) {
    self.name = name
    self.server = server
    self.numContext = numContext
    self.answerLimit = answerLimit
    self.temperature = temperature
    self.thinks = thinks
    self.source = source
  }

  /// The most tokens that one answer may have: at least half of the window is the prompt's.
  package var numPredict: Int { min(answerLimit, numContext / 2) }
}

extension Configuration {
  /// The model for a role, or for a phase of the traditional mode.
  ///
  /// A phase takes its own model, else that of its role if somebody named one, else the coding model: one model is
  /// enough for a whole run unless more are asked for.
  /// With `byRole` the role's model is taken in any case, as the orchestrated mode does.
  package func model(for use: ModelUse, byRole: Bool = false) -> ModelChoice {
    let own = self[use]
    var source = ModelUse.coding
    if own.name != nil {
      source = use
    } else if byRole || origins["models.\(use.role.rawValue).name"] != nil {
      source = use.role
    }
    let settings = self[source]
    let isOwn = source == use
    return ModelChoice(
      name: settings.name ?? Self.lastResort,
      server: isOwn ? own.server : own.server ?? settings.server,
      numContext: (isOwn ? own.numContext : own.numContext ?? settings.numContext) ?? limits.numContext,
      answerLimit: limits.numPredict,
      temperature: isOwn ? own.temperature : own.temperature ?? settings.temperature,
      thinks: isOwn ? own.thinks : own.thinks ?? settings.thinks,
      source: source
    )
  }

  /// The models of all phases of the traditional mode, each with one context window for all its uses.
  ///
  /// A server loads a model anew whenever the window changes, so the largest that any use asks for serves them all.
  package var phaseModels: [ModelUse: ModelChoice] { models(orchestrated: []) }

  /// The models of all phases; those in `orchestrated` take their role's, and where there are any the roles are among
  /// the uses too.
  package func models(orchestrated: Set<PhaseName>) -> [ModelUse: ModelChoice] {
    var choices = Dictionary(
      uniqueKeysWithValues: ModelUse.phases.map { use in
        (use, model(for: use, byRole: PhaseName(rawValue: use.rawValue).map(orchestrated.contains) ?? false))
      }
    )
    if !orchestrated.isEmpty {
      for use in [ModelUse.reasoning, .analysis, .interpreter, .arbiter] { choices[use] = model(for: use) }
    }
    return Self.pinned(choices)
  }

  /// Gives uses of the same model on the same server the largest context window among them.
  package static func pinned(_ choices: [ModelUse: ModelChoice]) -> [ModelUse: ModelChoice] {
    choices.mapValues { choice in
      var choice = choice
      for other in choices.values where other.name == choice.name && other.server == choice.server {
        choice.numContext = max(choice.numContext, other.numContext)
      }
      return choice
    }
  }

  /// The model if even the coding role names none, which only settings made in a program can bring about.
  private static let lastResort: ModelName = "qwen2.5-coder:32b"
}
