import Wording

/// Measures what a model on a server can do, within a time limit.
package struct ModelProbe: Sendable {
  /// Two minutes.
  package static let standardLimit = Duration.seconds(120)

  private let client: any ModelClient
  private let subject: ProbeSubject
  private let limit: Duration
  private let loadedWindow: @Sendable () async -> Int?
  private let progress: @Sendable (ProbeProgress) -> Void

  /// Takes a client that neither counts nor cuts, and a way to ask with which window the server holds the model.
  package init(
    client: any ModelClient,
    subject: ProbeSubject,
    limit: Duration = standardLimit,
    loadedWindow: @escaping @Sendable () async -> Int?,
    progress: @escaping @Sendable (ProbeProgress) -> Void = { _ in }
  ) {
    self.client = client
    self.subject = subject
    self.limit = limit
    self.loadedWindow = loadedWindow
    self.progress = progress
  }

  /// Asks until everything is measured or the time is over; the card says how often each thing was tried.
  ///
  /// Throws `ModelError` where the server fails, `ProbeTimeOver` where the model gave no answer at all in time, and
  /// `CancellationError`.
  package func run(clock: some Clock<Duration> = ContinuousClock()) async throws -> CapabilityCard {
    let wasLoaded = await loadedWindow() == subject.model.numContext
    var session = ProbeSession(client: client, subject: subject, limit: limit, clock: clock)
    do {
      for (index, trial) in ProbeTrial.all.enumerated() {
        progress(ProbeProgress(done: index, of: ProbeTrial.all.count, trial: trial.name, seconds: session.seconds))
        try await session.carryOut(trial)
        // Asked while there is time, and not of a server that hangs at the end.
        if index == 0 { session.note(loadedWindow: await loadedWindow()) }
      }
    } catch ProbeStop.timeOver {
      guard session.card.requests > 0 else { throw ProbeTimeOver(model: subject.model.name, limit: limit) }
    } catch ProbeStop.promptCut {
      // Nothing that is asked of this model would be worth anything.
    }
    var card = session.finished
    if wasLoaded { card.loadSeconds = nil }
    return card
  }
}

/// The model that is probed.
package struct ProbeSubject: Hashable, Sendable {
  /// As a run would ask it; its handling has no part in this.
  package var model: PhaseModel
  /// The address of its server.
  package var url: String
  /// Whether the server lets the model be offered tools.
  package var takesTools: Bool

  package init(model: PhaseModel, url: String, takesTools: Bool = true) {
    self.model = model
    self.url = url
    self.takesTools = takesTools
  }
}

/// How far a probe has come.
package struct ProbeProgress: Hashable, Sendable {
  package let done: Int
  package let of: Int
  /// What is tried now, such as `call`.
  package let trial: String
  package let seconds: Double
}

/// The model gave no answer within the time for the whole probe.
package struct ProbeTimeOver: Error, Hashable, CustomStringConvertible {
  package let model: ModelName
  package let limit: Duration

  package var description: String {
    "'\(model)' gave no answer within \(limit.text). Give the probe more time with '--time'."
  }
}

/// What ends a probe early.
enum ProbeStop: Error {
  case timeOver
  /// The server shows the model less than the shortest prompts have.
  case promptCut
}
