/// Chooses the model that carries out a step.
package protocol ModelSelector: Sendable {
  /// The model for a step.
  ///
  /// Throws `StepStop` where no model can take it.
  func selection(for demand: StepDemand) async throws -> ModelSelection

  /// The model that takes a step over from those that have failed it; nil where none can.
  func successor(for demand: StepDemand) async throws -> ModelSelection?
}

extension ModelSelector {
  package func successor(for demand: StepDemand) async throws -> ModelSelection? { nil }
}

/// What a step asks of its model.
package struct StepDemand: Sendable {
  package var step: OpenStep
  package var phase: PhaseName
  package var task: TaskRecord?
  package var state: PipelineState
  /// What its prompt begins with, in bytes, with the tools that it offers; costs as much as the prompt itself.
  package var promptBytes: @Sendable () throws -> Int
  package var estimator: TokenEstimator
  /// The models that gave no answer in this step, as `name@server`.
  package var failed: Set<String>

  package init(
    step: OpenStep,
    phase: PhaseName,
    task: TaskRecord?,
    state: PipelineState,
    estimator: TokenEstimator,
    failed: Set<String> = [],
    promptBytes: @escaping @Sendable () throws -> Int
  ) {
    self.step = step
    self.phase = phase
    self.task = task
    self.state = state
    self.promptBytes = promptBytes
    self.estimator = estimator
    self.failed = failed
  }
}

/// A model for a step, and how it was found where there was a choice.
package struct ModelSelection: Sendable {
  package var model: PhaseModel
  package var route: RouteEvent?
  /// When it gives way to another; nil where there is no choice.
  package var replacement: ModelReplacement?

  package init(_ model: PhaseModel, route: RouteEvent? = nil, replacement: ModelReplacement? = nil) {
    self.model = model
    self.route = route
    self.replacement = replacement
  }
}

/// The models of the configuration: each phase has its own.
package struct PhaseModelSelector: ModelSelector {
  private let models: [PhaseName: PhaseModel]

  package init(_ models: [PhaseName: PhaseModel]) {
    self.models = models
  }

  package func selection(for demand: StepDemand) -> ModelSelection {
    guard let model = models[demand.phase] else { preconditionFailure("Every phase has a model.") }
    return ModelSelection(model)
  }
}

/// How a step came to its model, as far as what follows depends on it.
package struct StepRoute: Hashable, Codable, Sendable {
  /// The kind of task.
  package var kind: String
  package var tier: ModelTier
  package var model: PhaseModel

  package init(kind: String, tier: ModelTier, model: PhaseModel) {
    self.kind = kind
    self.tier = tier
    self.model = model
  }
}

/// A model that a step may go to, and what is known of it.
package struct RoutingCandidate: Hashable, Codable, Sendable {
  package var model: PhaseModel
  package var profile: ModelProfile

  package init(model: PhaseModel, profile: ModelProfile) {
    self.model = model
    self.profile = profile
  }
}
