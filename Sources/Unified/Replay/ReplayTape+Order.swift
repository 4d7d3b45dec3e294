import Pipeline
import Synchronization

extension ReplayTape: StepOrdering {
  func open() { change { $0.order.open() } }

  func beginStep() { change { $0.order.beginStep() } }

  func start() async {
    let step = UnderwayStep.number
    if change({ $0.order.next(of: step) != nil }) { await turn() }
  }

  /// Waits until what the current task's step does next is what comes next.
  func turn() async {
    let step = UnderwayStep.number
    guard change({ $0.order.isOn }) else { return }
    await withCheckedContinuation { continuation in
      change { state in
        if isOver(state) || state.order.owner == nil || state.order.owner == step {
          continuation.resume()
        } else {
          state.order.wait(step, continuation)
        }
      }
    }
  }

  /// Waits for the loop's turn if what it does next is of such a kind.
  func turn(before kinds: RecordedItem.Kind...) async {
    let isNext = change { state in state.order.isOn && state.order.next(of: 0).map { kinds.contains($0.kind) } == true }
    if isNext, UnderwayStep.number == 0 { await turn() }
  }

  func look() async throws {
    guard isOrdered else { return }
    do throws(Stop) {
      try await take("what all steps share") { item, _ in item == .look ? () : nil }
    } catch {
      throw CancellationError()
    }
  }

  func beforeCapture() async {
    await turn(before: .found, .captured)
    putFoundFiles(isCapture: true)
  }

  func exhaustion() async -> BudgetExhausted? {
    let step = UnderwayStep.number
    guard isOrdered, change({ $0.order.nextDeed(of: step)?.kind == .exhausted }) else { return nil }
    return try? await take("what is left of the budget") { item, _ in
      if case .exhausted(let exhausted) = item { exhausted } else { nil }
    }
  }

  func endStep() { change { $0.order.endStep() } }

  var nextLanding: Int? {
    if case .landed(let step) = change({ $0.order.nextDeed(of: UnderwayStep.number) }) { step } else { nil }
  }

  func park() { change { $0.order.park() } }

  func unpark() { change { $0.order.unpark() } }

  func land(_ step: Int) async {
    _ = try? await take("the end of step \(step)") { item, _ in item == .landed(step) ? () : nil }
  }

  func leave() { change { $0.order.leave() } }

  func close() {
    change { state in
      // What was under way when something ended the run is not played to its end.
      if isCutOff(state) { state.isInterrupted = true }
      state.order.close()
      state.item = state.order.place
    }
  }

  /// Whether nothing more is played.
  func isOver(_ state: State) -> Bool { state.difference != nil || state.isAtEnd || isCutOff(state) }

  /// Changes the state, and lets go on whoever may then.
  func change<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try state.withLock { state in
      let value = try body(&state)
      guard state.order.isOn else { return value }
      if isOver(state) {
        state.order.release()
      } else if let step = state.order.passOn() {
        if endsFromOutside, isEndOfItems(state, afterFailures: true) {
          // What was under way then was cut off between two things that are on record.
          state.isInterrupted = true
          state.order.release()
          return value
        }
        let whose = step == 0 ? "the run" : "step \(step)"
        state.differ("On record \(whose) goes on here, and in the replay it does not.")
        state.order.release()
      }
      return value
    }
  }
}
