package import Pipeline

extension Configuration {
  /// The configured servers as the client knows them.
  package var modelServers: [ModelServer] {
    servers.map { ModelServer(name: $0.name, kind: $0.kind, url: $0.address.url, apiKey: apiKeys[$0.kind]?.value) }
  }
}

extension CheckRunner {
  /// A runner of a project's checks as its configuration wants them; in a sandbox they see the project as `place`.
  init(
    project: String,
    seenAs place: String? = nil,
    configuration: Configuration,
    environment: [String: String],
    sandbox: Sandbox
  ) {
    self.init(
      project: project,
      seenAs: place,
      sandbox: sandbox,
      environment: environment,
      configured: configuration.checks.commands,
      allowsNetwork: configuration.checks.network,
      timeLimit: configuration.limits.checkTime,
      outputLimit: configuration.limits.checkOutput
    )
  }
}

extension LimitSettings {
  /// The limits of a new run.
  var ofRun: RunLimits {
    RunLimits(
      steps: runSteps,
      calls: runModelCalls,
      tokens: runTokens,
      seconds: runTime.map { $0 / .seconds(1) },
      microdollars: runDollars?.microdollars
    )
  }

  /// The limits of one answer of a model.
  package var ofModels: ModelLimits {
    ModelLimits(connect: connect, load: load, firstToken: firstToken, idle: idle)
  }
}
