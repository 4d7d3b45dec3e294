/// Chooses the model that carries out a step.
package protocol ModelSelector: Sendable {
  /// The model for a step.
  ///
  /// Throws `StepStop` where no model can take it.
  func selection(for demand: StepDemand) async throws -> ModelSelection

  /// Whether a step has this model, as `name@server`, and another could take it, as far as is known without asking.
  func hasAnother(than model: String, for step: Int) -> Bool

  /// Whether a model, as `name@server`, gave no answer when it was asked last.
  func hasFailed(_ model: String) -> Bool
}

extension ModelSelector {
  package func hasAnother(than model: String, for step: Int) -> Bool { false }
  package func hasFailed(_ model: String) -> Bool { false }
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

  package init(
    step: OpenStep,
    phase: PhaseName,
    task: TaskRecord?,
    state: PipelineState,
    estimator: TokenEstimator,
    promptBytes: @escaping @Sendable () throws -> Int
  ) {
    self.step = step
    self.phase = phase
    self.task = task
    self.state = state
    self.promptBytes = promptBytes
    self.estimator = estimator
  }
}

/// A model for a step, and how it was found where there was a choice.
package struct ModelSelection: Sendable {
  package var model: PhaseModel
  package var route: RouteEvent?

  package init(_ model: PhaseModel, route: RouteEvent? = nil) {
    self.model = model
    self.route = route
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
