package import Pipeline
package import SourceControl

/// A store without a database, for runs by the thousand; it shares `PipelineState.apply` with the real one.
package actor InMemoryStateStore: StateStore {
  package private(set) var state: PipelineState
  /// All that was ever committed, in order.
  package private(set) var events: [StoredEvent] = []
  private var known: [ProjectPath: ObjectID] = [:]
  private var transcripts: [Int: [TranscriptEntry]] = [:]
  private var repeatCounts: [String: [Action: Int]] = [:]
  private var blobs: [ObjectID: [UInt8]] = [:]
  private var answers: [QuestionID: String] = [:]
  private var rollbacks: [RollbackRecord] = []
  private var endedRollbacks: Set<Int> = []

  package init(state: PipelineState = PipelineState()) {
    self.state = state
  }

  @discardableResult
  package func commit(
    _ changes: [StateChange],
    _ events: [Event],
    recording recorder: RunRecorder?
  ) throws -> [StoredEvent] {
    var next = state
    for change in changes {
      if case .stepClosed(let number) = change, let step = next.openSteps.first(where: { $0.number == number }) {
        repeatCounts[step.progress, default: [:]][step.decision.action, default: 0] += 1
      }
      try next.apply(change)
      note(change)
    }
    state = next
    let stored = events.enumerated().map { offset, event in
      StoredEvent(
        sequence: self.events.count + offset + 1,
        time: Timestamp(milliseconds: 0),
        run: next.run?.id,
        event: event
      )
    }
    self.events += stored
    return stored
  }

  private func note(_ change: StateChange) {
    switch change {
    case .filesKnown(let files):
      for (path, id) in files { known[path] = id }
    case .transcriptAppended(let step, let entries):
      transcripts[step, default: []] += entries
    case .blobKept(let id, let content):
      blobs[id] = content
    case .questionAnswered(let id, _):
      answers[id] = nil
    case .rollbackBegun(let record):
      rollbacks.append(record)
    case .rollbackEnded(let number):
      endedRollbacks.insert(number)
    case .rollbackAbandoned(let number):
      rollbacks.removeAll { $0.number == number }
    default:
      break
    }
  }

  package func pendingRollback() -> RollbackRecord? { rollbacks.last { !endedRollbacks.contains($0.number) } }

  package func lastRollback() -> RollbackRecord? { rollbacks.last }

  package func lastRollbackByUser() -> RollbackRecord? { rollbacks.last { $0.isByUser } }

  package func events(of kinds: [Event.Kind]) -> [StoredEvent] { events.filter { kinds.contains($0.event.kind) } }

  package func checkpointsMade() -> [SnapshotID: Int] {
    var made: [SnapshotID: Int] = [:]
    for stored in events {
      switch stored.event {
      case .checkpointCreated(let event): made[event.checkpoint] = stored.time.milliseconds / 1000
      case .checkpointRestored(let event): made[event.safety] = stored.time.milliseconds / 1000
      default: break
      }
    }
    return made
  }

  /// Gives an answer, as `autonomy answer` would from another process.
  package func answer(_ id: QuestionID, _ text: String) {
    answers[id] = text
  }

  package func repeats(on progress: String) -> [Action: Int] { repeatCounts[progress] ?? [:] }

  package func transcript(of step: Int) -> [TranscriptEntry] { transcripts[step] ?? [] }

  package func knownFiles() -> [ProjectPath: ObjectID] { known }

  package func blob(_ id: ObjectID) -> [UInt8]? { blobs[id] }

  package func unappliedAnswers() -> [Question] {
    state.questions.compactMap { question in
      guard let answer = answers[question.id] else { return nil }
      var answered = question
      answered.answer = answer
      return answered
    }
  }
}
