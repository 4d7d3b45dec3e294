package import Pipeline

/// Finds out which server has the model of each phase, and with how large a window it can run.
package struct PhaseModels {
  private let configuration: Configuration
  private let directory: ModelDirectory

  package init(configuration: Configuration, directory: ModelDirectory) {
    self.configuration = configuration
    self.directory = directory
  }

  /// The models of the traditional mode's phases.
  ///
  /// Throws `RunRefusal` where a model is missing, cannot call tools, or its server does not answer.
  package func resolved() async throws -> [PhaseName: PhaseModel] {
    var models: [PhaseName: PhaseModel] = [:]
    for (use, choice) in configuration.phaseModels {
      guard let phase = PhaseName(rawValue: use.rawValue) else { continue }
      models[phase] = try await resolved(choice, role: use.role.rawValue)
    }
    return Self.pinned(models)
  }

  private func resolved(_ choice: ModelChoice, role: String) async throws -> PhaseModel {
    do {
      let server = try await directory.server(for: choice.name, named: choice.server)
      let details = try await directory.details(of: choice.name, on: server)
      if let capabilities = details.capabilities, !capabilities.contains("tools") {
        throw RunRefusal(
          .configuration,
          "The model '\(choice.name)' on '\(server)' cannot call tools, so it cannot do the work of '\(role)'. Name "
            + "another under 'models.\(choice.source.rawValue)' in 'autonomy.json'; 'autonomy models' lists what is there."
        )
      }
      return PhaseModel(
        role: role,
        name: choice.name,
        server: server,
        numContext: min(choice.numContext, details.contextLength ?? .max),
        numPredict: configuration.limits.numPredict,
        temperature: choice.temperature,
        think: choice.thinks,
        keepAlive: configuration.servers.first { $0.name == server }?.keepAlive?.duration
      )
    } catch let error as ModelError {
      switch error {
      case .modelMissing, .refused, .unmatchedScenario: throw RunRefusal(.configuration, "\(error)")
      case .cancelled: throw CancellationError()
      default: throw RunRefusal(.unavailable, "\(error)")
      }
    }
  }

  /// Two names of the configuration may lead to the same model on the same server, which has one window.
  private static func pinned(_ models: [PhaseName: PhaseModel]) -> [PhaseName: PhaseModel] {
    models.mapValues { model in
      var model = model
      for other in models.values where other.name == model.name && other.server == model.server {
        model.numContext = max(model.numContext, other.numContext)
      }
      return model
    }
  }
}
