import Pipeline
import SourceControl
import Synchronization

extension ReplayTape {
  /// Compares what is to be stored with the record; answers what to store.
  ///
  /// Where something from outside ended the run, its own ending takes the place of the replay's. Waits for its turn
  /// where several steps are under way.
  func play(_ changes: [StateChange], _ events: [Event]) async throws(Stop) -> ([StateChange], [Event]) {
    if RunRecorder.isOrdered(changes, events) { await turn() }
    let result: ([StateChange], [Event])? = change { state in
      guard state.difference == nil, !state.isAtEnd else { return nil }
      guard takeCommit(changes, events, &state) else { return nil }
      var played: [Event] = []
      for event in events {
        if case .decision(let decision) = event, decision.step == end {
          state.isAtEnd = true
          return nil
        }
        if case .decision(let decision) = event { state.step = decision.step }
        // The checkpoint of a step comes before it.
        if case .checkpointCreated(let checkpoint) = event, let step = checkpoint.step { state.step = step }
        skipOutside(&state, before: event)
        guard state.event < part.events.count else {
          // A killed run has no ending.
          if !part.events.contains(where: { $0.kind == .result }) { return nil }
          state.differ("The replay goes on with '\(event.kind.rawValue)', where the record ends.", event.lines)
          return nil
        }
        let recorded = part.events[state.event]
        if recorded.isSame(as: event) {
          state.event += 1
          played.append(event)
          continue
        }
        guard isCutOff(state) else {
          let cause = "The replay came to '\(event.kind.rawValue)', where the record has '\(recorded.kind.rawValue)'."
          state.differ(cause, lines: recorded.withoutChance.lines, event.withoutChance.lines)
          return nil
        }
        guard event.isEnding else { return nil }
        let ending = Array(part.events[state.event...])
        state.event = part.events.count
        state.item = part.items.count
        return (Self.replacing(changes, by: ending), played + ending)
      }
      compareEnd(changes, &state)
      return state.difference == nil ? (changes, played) : nil
    }
    guard let result else { throw Stop() }
    return result
  }

  /// Takes off that something was stored, where several steps were under way; answers whether that is so.
  private func takeCommit(_ changes: [StateChange], _ events: [Event], _ state: inout State) -> Bool {
    guard state.order.isOn, !isCutOff(state), RunRecorder.isOrdered(changes, events) else { return true }
    guard isTurn(state) else { return false }
    if state.order.remove(commit: true) { return true }
    let kinds = events.map { "'\($0.kind.rawValue)'" }.joined(separator: ", ")
    state.differ("The replay stores \(kinds.isEmpty ? "something" : kinds), where the record has something else.")
    return false
  }

  private static func replacing(_ changes: [StateChange], by ending: [Event]) -> [StateChange] {
    changes.map { change in
      guard case .runEnded(_, _, let tree) = change, case .result(let result)? = ending.last else { return change }
      return .runEnded(result.outcome, message: result.message, tree: tree)
    }
  }

  /// The files at the end must be those of the record, unless somebody else ended the run.
  private func compareEnd(_ changes: [StateChange], _ state: inout State) {
    for case .runEnded(let outcome, _, let tree) in changes {
      while let files = nextItem(state)?.foundFiles { put(files, &state) }
      guard case .end(let recorded)? = nextItem(state) else { continue }
      removeItem(&state)
      if recorded != tree, outcome != .interrupted {
        state.differ("The files at the end of the run are others than on record.")
      }
    }
  }

  /// The answers that the run took in here.
  func answers() -> [AnswerEvent] {
    state.withLock { state in
      guard state.difference == nil else { return [] }
      var answers: [AnswerEvent] = []
      for event in part.events[min(state.event, part.events.count)...] {
        switch event {
        case .answer(let answer): answers.append(answer)
        case .taskChanged: break
        default: if !event.isOutside { return answers }
        }
      }
      return answers
    }
  }

  /// The files that somebody else had changed before the run noticed it here, once, by a record of an earlier version.
  func changedFiles() -> [RecordedFile] {
    change { state in
      guard state.difference == nil, case .files(let files)? = nextItem(state) else { return [] }
      if state.order.isOn {
        // The loop alone notices them, and nothing of it may come before.
        guard isTurn(state), state.order.next(of: 0) == .files(files), state.order.owner == 0 else { return [] }
        removeItem(&state)
        return files
      }
      for event in part.events[min(state.event, part.events.count)...] {
        switch event {
        case .userChanged:
          state.item += 1
          return files
        case .answer, .taskChanged, .checkpointRestored: break
        default: if !event.isOutside { return [] }
        }
      }
      return []
    }
  }

  /// The files that the user had already where tasks were to write, once, if that one is among them, by such a record.
  func foundFiles(with path: ProjectPath) -> [RecordedFile] {
    change { state in
      guard state.difference == nil, case .files(let files)? = nextItem(state),
        files.contains(where: { $0.path == path })
      else { return [] }
      if state.order.isOn, !isTurn(state) || state.order.next(of: 0) != .files(files) { return [] }
      removeItem(&state)
      return files
    }
  }

  /// Notes what is another in a step that has ended.
  func differ(_ cause: String, in step: Int, _ recorded: String, _ now: String) {
    change { state in
      state.step = step
      state.differ("\(cause).", lines: recorded, now)
    }
  }

  /// Notes that the replay cannot go on.
  func differ(_ cause: String) {
    change { $0.differ(cause) }
  }
}
