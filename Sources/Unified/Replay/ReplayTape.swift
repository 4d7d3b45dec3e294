import Pipeline
import SourceControl
import Synchronization

/// One part of a recorded run as it is played: what comes next, and whether what happens is what happened.
///
/// The first difference ends the replay: from then on nothing is answered or stored.
final class ReplayTape: Sendable {
  struct State {
    var event = 0
    /// The next item, where only one thing is done at a time.
    var item = 0
    var order: TapeOrder
    /// The checks that applied last, by the step that asked.
    var checks: [Int: [CheckDefinition]] = [:]
    var step: Int?
    var difference: ReplayDifference?
    /// What was taken from the record last.
    var lastItem: RecordedItem?
    /// Whether the step is reached before which the tape ends.
    var isAtEnd = false
    /// Whether the user has interrupted the run, as far as what was under way goes.
    var isInterrupted = false
  }

  let record: RecordedRun
  let part: RecordedRun.Part
  /// The folder that is the project's.
  let root: String
  /// The step before which playing ends; nil where all is played.
  let end: Int?
  let state: Mutex<State>

  init(_ record: RecordedRun, _ part: RecordedRun.Part, in root: String, before end: Int? = nil) {
    self.record = record
    self.part = part
    self.root = root
    self.end = end
    state = Mutex(State(order: TapeOrder(part.items)))
  }

  /// Thrown into whatever goes on after the first difference, or where the record was cut off.
  struct Stop: Error {}

  var difference: ReplayDifference? { state.withLock { $0.difference } }

  var isAtEnd: Bool { state.withLock { $0.isAtEnd } }

  /// Whether several steps may be under way now.
  var isOrdered: Bool { state.withLock { $0.order.isOn } }

  /// Ends the tape where the next step is the one before which it ends; to be called before each decision.
  func endIfReached(stepsTaken: Int) throws(Stop) {
    guard let end, stepsTaken >= end - 1 else { return }
    change { $0.isAtEnd = true }
    throw Stop()
  }

  /// What the record goes on with.
  var nextEvent: Event? { state.withLock { $0.event < part.events.count ? part.events[$0.event] : nil } }

  /// How many events were the same.
  var eventsPlayed: Int { state.withLock { $0.event } }

  /// Notes where a part that came to its end left something of the record.
  func finish() {
    state.withLock { state in
      guard state.difference == nil else { return }
      skipOutside(&state)
      guard state.event < part.events.count else { return }
      let next = part.events[state.event]
      state.differ("The replay ended, where the record goes on with '\(next.kind.rawValue)'.", lines: next.lines, "")
    }
  }

  /// The next item if `body` takes it; a difference where it does not, and `Stop` then and where the record ends.
  ///
  /// Waits for its turn where several steps are under way.
  func take<Value>(_ what: String, _ body: (RecordedItem, inout State) throws -> Value?) async throws(Stop) -> Value {
    while true {
      await turn()
      // What was found before this is there before it.
      let hasPut = change { state in
        guard state.difference == nil, !state.isAtEnd, isTurn(state), let files = nextItem(state)?.foundFiles else {
          return false
        }
        put(files, &state)
        return true
      }
      if !hasPut { break }
    }
    let value: Value? = change { state in
      guard state.difference == nil, !state.isAtEnd, !isCutOff(state), isTurn(state) else { return nil }
      guard let item = nextItem(state) else {
        state.differ("The replay asks for \(what), of which nothing is on record.")
        return nil
      }
      // What was to be stored yet may have been stored with the end.
      if item.kind == .end, endsFromOutside { return nil }
      do {
        if let value = try body(item, &state) {
          removeItem(&state)
          if item == .failure(.cancelled), isInterruption(state) { state.isInterrupted = true }
          if item.kind != .request { state.lastItem = item }
          return value
        }
      } catch {
        state.differ("\(error)")
        return nil
      }
      if state.difference == nil {
        state.differ("The replay asks for \(what), where the record has a '\(item.kind.rawValue)'.")
      }
      return nil
    }
    guard let value else { throw Stop() }
    return value
  }

  /// The checks that apply now, to the files of the step that goes on.
  func checks() async throws(Stop) -> [CheckDefinition] {
    let step = UnderwayStep.number
    let areNew = change { state in
      let next = state.order.isOn ? state.order.nextItem(of: step) : nextItem(state)
      return next?.kind == .checks
    }
    guard areNew else { return change { $0.checks[step] ?? [] } }
    return try await take("the checks") { item, state in
      guard case .checks(let checks) = item else { return nil }
      state.checks[step] = checks
      return checks
    }
  }

  /// Whether what goes on now is what comes next on record; else it was cut off there.
  func isTurn(_ state: State) -> Bool { !state.order.isOn || state.order.owner == UnderwayStep.number }

  /// What comes from outside next, to whoever goes on.
  func nextItem(_ state: State) -> RecordedItem? {
    if state.order.isOn { return state.order.item }
    return state.item < part.items.count ? part.items[state.item] : nil
  }

  func removeItem(_ state: inout State) {
    if state.order.isOn { _ = state.order.remove(commit: false) } else { state.item += 1 }
  }

  /// Whether something from outside ended the run.
  var endsFromOutside: Bool { part.events.last?.isFromOutside == true }

  /// Whether all that is left is that something from outside ended the run, or nothing because it was killed.
  func isCutOff(_ state: State) -> Bool {
    if state.isInterrupted { return true }
    guard isEndOfItems(state) else { return false }
    let rest = part.events[min(state.event, part.events.count)...].filter { !$0.isOutside }
    guard rest.allSatisfy({ $0.isEnding }) else { return false }
    return rest.allSatisfy { $0.isFromOutside }
  }

  /// Whether a call that was cancelled was so because the user ended the run.
  ///
  /// Of several steps that were under way each then ended as it could. Those who decide lose patience too.
  private func isInterruption(_ state: State) -> Bool {
    guard state.order.isOn, case .result(let result)? = part.events.last, result.outcome == .interrupted else {
      return false
    }
    let losesPatience = !part.start.settings.orchestrated.isEmpty || part.start.settings.isShadowed
    return !losesPatience || !state.order.rest.contains { $0.kind == .landed }
  }

  /// Whether no item is left but that the run ended, and that what was under way then was cut off.
  ///
  /// Where nobody is left who could meet them, failures of any kind may come before it.
  func isEndOfItems(_ state: State, afterFailures: Bool = false) -> Bool {
    guard state.order.isOn else {
      return part.items[min(state.item, part.items.count)...].allSatisfy { $0.kind == .end || $0.foundFiles != nil }
    }
    return state.order.rest.allSatisfy { item in
      switch item {
      case .end, .commit, .written, .found, .captured, .failure(.cancelled): true
      case .failure: afterFailures
      default: false
      }
    }
  }

  /// Passes over what no replay meets, up to `event` if that is among it.
  func skipOutside(_ state: inout State, before event: Event? = nil) {
    while state.event < part.events.count, part.events[state.event].isOutside,
      part.events[state.event].withoutChance != event?.withoutChance
    {
      state.event += 1
    }
  }
}

extension ReplayTape.State {
  mutating func differ(_ cause: String, lines recorded: String = "", _ now: String = "") {
    differ(cause, recorded == now ? [] : ReplayDifference.lines(recorded, now))
  }

  mutating func differ(_ cause: String, _ lines: [String]) {
    guard difference == nil else { return }
    let isHidden = lastItem?.hidesSecret ?? false
    let words = isHidden ? " What came before holds a secret, which the record hides; that may be why." : ""
    let underway = UnderwayStep.number
    difference = ReplayDifference(step: underway > 0 ? underway : step, cause + words, lines: lines)
  }
}

extension Event {
  /// Whether the event says that something from outside ended the run.
  fileprivate var isFromOutside: Bool {
    switch self {
    case .budget(let event): event.kind == BudgetExhausted.Kind.time.rawValue
    case .error: true
    case .result(let result):
      switch result.outcome {
      case .interrupted, .environment, .conflict, .internalError, .budget: true
      case .complete, .unverified, .partial, .noProgress, .needsUser, .unavailable, .configuration: false
      }
    default: false
    }
  }
}
