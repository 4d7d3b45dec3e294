package import SourceControl

/// What a phase tells the agent loop about one step.
package struct StepBrief: Sendable {
  package var step: Int
  package var phase: PhaseName
  package var task: TaskID?
  package var model: PhaseModel
  /// The fixed line with which every user's message begins.
  package var line: String
  /// The system prompt and the user's message that begin the conversation.
  package var opening: [TranscriptEntry]
  /// How the user's message was made; nil for the plain one.
  package var notes: PromptNotes?
  package var writable: WritePolicy
  /// The paths that a review is about.
  package var reviewed: [ProjectPath]
  package var checks: [String]
  /// Of which files what they held is kept when a task changes them.
  package var checkFiles: CheckFiles
  package var runCheck: @Sendable (String) async throws -> String
  /// When the model gives way to another; nil where there is no choice.
  package var replacement: ModelReplacement?
  /// The brief of the model that takes the step over after a failure, nil where none can; absent where there is no choice.
  package var successor: (@Sendable (ModelFailure) async throws -> StepBrief?)?

  package init(
    step: Int,
    phase: PhaseName,
    task: TaskID? = nil,
    model: PhaseModel,
    line: String,
    opening: [TranscriptEntry],
    notes: PromptNotes? = nil,
    writable: WritePolicy = .nothing,
    reviewed: [ProjectPath] = [],
    checks: [String] = [],
    checkFiles: CheckFiles = CheckFiles(),
    runCheck: @escaping @Sendable (String) async throws -> String = { _ in "" }
  ) {
    self.step = step
    self.phase = phase
    self.task = task
    self.model = model
    self.line = line
    self.opening = opening
    self.notes = notes
    self.writable = writable
    self.reviewed = reviewed
    self.checks = checks
    self.checkFiles = checkFiles
    self.runCheck = runCheck
  }
}

/// The model that carries out a phase, and how it is run.
package struct PhaseModel: Hashable, Codable, Sendable {
  package var role: String
  package var name: ModelName
  /// The one server to ask.
  package var server: String
  /// Pinned for the whole run, because any change makes the server load the model anew.
  package var numContext: Int
  package var numPredict: Int
  package var temperature: Double?
  package var think: Bool?
  package var keepAlive: Duration?
  package var handling: ModelHandling
  /// What its tokens cost; nil where nobody has looked, which is not known either.
  package var price: ModelPrice?

  package init(
    role: String,
    name: ModelName,
    server: String,
    numContext: Int,
    numPredict: Int,
    temperature: Double? = nil,
    think: Bool? = nil,
    keepAlive: Duration? = nil,
    handling: ModelHandling = ModelHandling(),
    price: ModelPrice? = nil
  ) {
    self.role = role
    self.name = name
    self.server = server
    self.numContext = numContext
    self.numPredict = numPredict
    self.temperature = temperature
    self.think = think
    self.keepAlive = keepAlive
    self.handling = handling
    self.price = price
  }
}

extension PhaseModel {
  /// The model and its server, as the journal names them: `name@server`.
  package var place: String { "\(name)@\(server)" }
}

/// The limits of one step.
package struct StepLimits: Hashable, Sendable {
  package var modelCalls: Int
  /// Answers in a row that hold no acceptable call where one is needed.
  package var malformedInARow: Int
  /// Calls in a row that only read.
  package var readsInARow: Int
  /// How long a server may fail in one stretch where nobody else can answer.
  package var serverPatience: Duration

  package init(
    modelCalls: Int = 40,
    malformedInARow: Int = 3,
    readsInARow: Int = 15,
    serverPatience: Duration = .seconds(600)
  ) {
    self.modelCalls = modelCalls
    self.malformedInARow = malformedInARow
    self.readsInARow = readsInARow
    self.serverPatience = serverPatience
  }
}
