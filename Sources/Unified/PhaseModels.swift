package import Orchestration
package import Pipeline

/// Finds out which server has the model of each phase, and with how large a window it can run.
package struct PhaseModels {
  private let configuration: Configuration
  private let directory: ModelDirectory
  private let cards: [CapabilityCard]

  package init(configuration: Configuration, directory: ModelDirectory, cards: [CapabilityCard] = []) {
    self.configuration = configuration
    self.directory = directory
    self.cards = cards
  }

  /// The models of the traditional mode's phases.
  ///
  /// Throws `RunRefusal` where a model is missing, cannot call tools, or its server does not answer.
  package func resolved(orchestrated: Set<PhaseName> = []) async throws -> [PhaseName: PhaseModel] {
    var models: [PhaseName: PhaseModel] = [:]
    let choices = configuration.models(orchestrated: orchestrated)
    try await refuseSeveralMissing(ModelUse.phases.compactMap { choices[$0] })
    for (use, choice) in choices {
      guard let phase = PhaseName(rawValue: use.rawValue) else { continue }
      let (model, details) = try await resolved(choice, role: use.role.rawValue)
      if details.takesTools == false, !model.handling.writesCallsAsText {
        throw RunRefusal(
          .configuration,
          "The model '\(choice.name)' on '\(model.server)' cannot call tools, so it cannot do the work of "
            + "'\(model.role)'. Name another under 'models.\(choice.source.rawValue)' in 'autonomy.json'; 'autonomy "
            + "models' lists what is there, and 'autonomy probe \(choice.name)' finds out whether it can write calls as "
            + "text."
        )
      }
      models[phase] = model
    }
    return Self.pinned(models)
  }

  /// Names all models that no server has, where they are more than one.
  private func refuseSeveralMissing(_ choices: [ModelChoice]) async throws {
    var missing: [ModelName] = []
    var stocks: [ModelError.Stock] = []
    for choice in choices where !missing.contains(choice.name) {
      do throws(ModelError) {
        _ = try await directory.server(for: choice.name, named: choice.server)
      } catch {
        // Whatever else is wrong is told where the model is looked up.
        guard case .modelMissing(let name, let found) = error else { continue }
        missing.append(name)
        stocks += found.filter { !stocks.contains($0) }
      }
    }
    if missing.count > 1 { throw RunRefusal(.configuration, ModelError.missing(missing, stocks: stocks)) }
  }

  /// The models of the arbiter and its specialists; without an interpreter's model there is no interpreter.
  ///
  /// One that cannot call tools is told to write its calls as text.
  /// Throws `RunRefusal` where another is missing or its server does not answer.
  package func roles(orchestrated: Set<PhaseName>) async throws -> RoleModels {
    let choices = configuration.models(orchestrated: orchestrated)
    func model(_ use: ModelUse) async throws -> PhaseModel {
      try await askable(choices[use] ?? configuration.model(for: use), as: use)
    }
    var roles = RoleModels(arbiter: try await model(.arbiter), specialists: [:])
    for (role, use) in [(SpecialistRole.coding, ModelUse.coding), (.reasoning, .reasoning), (.analysis, .analysis)] {
      roles.specialists[role] = try await model(use)
    }
    do {
      roles.specialists[.interpreter] = try await model(.interpreter)
    } catch let error as RunRefusal where error.outcome == .configuration {
      roles.notices.append("There is no interpreter: \(error.description) Tool calls are mended without one.")
    }
    return roles
  }

  /// The models of these roles; one that cannot call tools is told to write its calls as text.
  ///
  /// Throws `RunRefusal` where a model is missing or its server does not answer.
  package func resolved(_ roles: [ModelUse]) async throws -> [ModelUse: PhaseModel] {
    var models: [ModelUse: PhaseModel] = [:]
    for role in roles {
      do {
        models[role] = try await askable(configuration.model(for: role), as: role)
      } catch let refusal as RunRefusal where refusal.outcome == .configuration {
        throw RunRefusal(.configuration, "\(refusal) It is the model of 'models.\(role.rawValue)'.")
      }
    }
    return Self.pinned(models)
  }

  /// The models that do tasks of workflows, by who is asked; each model has one window wherever it is used.
  ///
  /// Throws `RunRefusal` where a model is missing or its server does not answer.
  package func resolved(_ agents: [WorkflowFile.Agent]) async throws -> [WorkflowFile.Agent: PhaseModel] {
    var models: [WorkflowFile.Agent: PhaseModel] = [:]
    for agent in agents where models[agent] == nil {
      switch agent {
      case .role(let role):
        models[agent] = try await resolved([role.use])[role.use]
      case .model(let name, let server):
        let known = ModelUse.allCases.map { configuration.model(for: $0) }.first { $0.name == name }
        if let server, let complaint = configuration.complaint(aboutServer: server) {
          throw RunRefusal(.configuration, "The workflow's file names no server for '\(name)': \(complaint)")
        }
        var choice = ModelChoice(
          name: name,
          numContext: known?.numContext ?? configuration.limits.numContext,
          source: known?.source ?? .coding
        )
        choice.server = server
        models[agent] = try await askable(choice, as: choice.source, namedIn: "the workflow's file")
      }
    }
    return Self.pinned(models)
  }

  /// A role's model, which need not take tools: no phase depends on what it calls.
  private func askable(
    _ choice: ModelChoice,
    as use: ModelUse,
    namedIn file: String = "'autonomy.json'"
  ) async throws -> PhaseModel {
    var (model, details) = try await resolved(choice, role: use.rawValue, namedIn: file)
    if details.takesTools == false { model.handling.writesCallsAsText = true }
    return model
  }

  /// The interpreter's model where the user has named one, for runs without an arbiter.
  package func namedInterpreter() async throws -> PhaseModel? {
    guard configuration.origin(of: "models.interpreter.name") != .standard else { return nil }
    return try await resolved(configuration.model(for: .interpreter), role: ModelUse.interpreter.rawValue).0
  }

  /// The models to probe: the one of that name, or those of all phases, each once.
  ///
  /// Throws `RunRefusal` where a model is missing or its server does not answer.
  package func probed(_ name: ModelName?) async throws -> [ProbeSubject] {
    let configured = ModelUse.phases.compactMap { configuration.phaseModels[$0] }
    var choices = configured.filter { name == nil || $0.name == name }
    if choices.isEmpty, let name {
      choices = [ModelChoice(name: name, numContext: configuration.limits.numContext, source: .coding)]
    }
    var subjects: [ProbeSubject] = []
    for choice in choices {
      let (model, details) = try await resolved(choice, role: "probe")
      if let index = subjects.firstIndex(where: { $0.model.place == model.place }) {
        subjects[index].model.numContext = max(subjects[index].model.numContext, model.numContext)
      } else {
        let subject = ProbeSubject(model: model, url: url(of: model.server), takesTools: details.takesTools ?? true)
        subjects.append(subject)
      }
    }
    return subjects
  }

  private func url(of server: String) -> String {
    configuration.modelServers.first { $0.name == server }?.url ?? ""
  }

  private func resolved(
    _ choice: ModelChoice,
    role: String,
    namedIn file: String = "'autonomy.json'"
  ) async throws -> (PhaseModel, ModelDetails) {
    do throws(ModelError) {
      let server = try await directory.server(for: choice.name, named: choice.server)
      let details = try await directory.details(of: choice.name, on: server)
      let model = PhaseModel(
        role: role,
        name: choice.name,
        server: server,
        numContext: min(choice.numContext, details.contextLength ?? .max),
        numPredict: configuration.limits.numPredict,
        temperature: choice.temperature,
        think: choice.thinks,
        keepAlive: configuration.servers.first { $0.name == server }?.keepAlive?.duration,
        handling: cards.card(of: choice.name, at: url(of: server))?.handling ?? ModelHandling(),
        price: ModelCatalogue(configuration).price(of: choice.name, on: server)
      )
      return (model, details)
    } catch {
      if error == .cancelled { throw CancellationError() }
      throw RunRefusal(error, namedIn: file)
    }
  }

  /// Two names of the configuration may lead to the same model on the same server, which has one window.
  private static func pinned<Use>(_ models: [Use: PhaseModel]) -> [Use: PhaseModel] {
    let windows = PhaseModel.windows(of: Array(models.values))
    return models.mapValues { $0.inWindow(windows) }
  }
}

extension PhaseModel {
  /// The same model in the window that its place has.
  func inWindow(_ windows: [String: Int]) -> PhaseModel {
    var model = self
    model.numContext = windows[place] ?? numContext
    return model
  }

  /// The largest window that is asked for at each place; another size would make the server load the model anew.
  static func windows(of models: [PhaseModel]) -> [String: Int] {
    Dictionary(models.map { ($0.place, $0.numContext) }, uniquingKeysWith: max)
  }
}

extension ModelDetails {
  /// Whether the server lets the model be offered tools; nil if it does not say.
  var takesTools: Bool? { capabilities.map { $0.contains("tools") } }
}
