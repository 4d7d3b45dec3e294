import Synchronization

/// What may be spent in money, and what is: one account for all that spend at the same time.
///
/// A call is reserved at its worst case and settled by what it took, so that no number of calls at once passes a cap.
/// All amounts are whole micro-dollars.
package final class MoneyAccount: Sendable {
  /// The parts of a cap at which its use is told, in percent.
  package static let thresholds = [50, 70, 90]

  private struct State {
    var caps: [MoneyCap]
    var reserved = 0
  }

  private let state: Mutex<State>
  let signal = SettlementSignal()

  /// Takes the caps with what was spent under each before.
  package init(_ caps: [MoneyCap] = []) {
    state = Mutex(State(caps: caps))
  }

  /// How far each cap is used; asking changes nothing.
  package var levels: [MoneyCap] { state.withLock { $0.caps } }

  /// What the next call may cost; nil without a cap.
  package var left: Int? {
    state.withLock { state in state.caps.map { $0.limit - $0.spent - state.reserved }.min() }
  }

  /// What the next call may cost if calls that are under way come to nothing; nil without a cap.
  package var unspent: Int? {
    state.withLock { state in state.caps.map { $0.limit - $0.spent }.min() }
  }

  /// Tries again after each settlement of others until there is an answer; the journal has a record of when that is.
  ///
  /// Throws as `attempt` does, and `CancellationError`.
  package func retrying<Value>(
    _ journal: Journal?,
    on isolation: isolated (any Actor)? = #isolation,
    _ attempt: () async throws -> Value?
  ) async throws -> Value {
    while true {
      try await journal?.look()
      let seen = signal.count
      if let value = try await attempt() { return value }
      if journal?.order == nil {
        try await signal.next(after: seen)
      } else {
        // By a record it looks again when the others are settled.
        try Task.checkCancellation()
      }
    }
  }

  /// Reserves the worst case of a call, and answers how long its answer may be: `wanted`, cut to what can be paid, and by
  /// which cap it is cut.
  ///
  /// Answers nil where it would be cut for what others have reserved, of which something may come back. Throws where less
  /// than `least` tokens can be paid under a cap, or where a price that is not known is to be held against one.
  func reserve(
    _ price: ModelPrice,
    promptTokens: Int,
    wanted: Int,
    least: Int
  ) throws(BudgetExhausted) -> (tokens: Int, microdollars: Int, cutBy: BudgetExhausted.Kind?)? {
    let result: Result<(Int, Int, BudgetExhausted.Kind?)?, BudgetExhausted> = state.withLock { state in
      let caps = state.caps
      var tokens = wanted
      var cutBy: BudgetExhausted.Kind?
      for cap in caps {
        let left = cap.limit - cap.spent - state.reserved
        let affordable: Int =
          switch price {
          case .free: .max
          case .unknown: 0
          case .known(let rates): rates.affordableOutput(left, promptTokens: promptTokens)
          }
        if affordable < wanted, price != .unknown, state.reserved > 0 { return .success(nil) }
        guard affordable >= min(least, wanted) else { return .failure(cap.exhausted) }
        guard affordable < tokens else { continue }
        (tokens, cutBy) = (affordable, cap.kind)
      }
      let cost = price.cost(promptTokens: promptTokens, outputTokens: tokens) ?? 0
      state.reserved += cost
      return .success((tokens, cost, cutBy))
    }
    return try result.get()
  }

  /// Replaces a reservation by what was really spent, and answers the thresholds that were passed by it.
  func settle(reserved: Int, spent: Int) -> [BudgetEvent] {
    defer { signal.send() }
    return state.withLock { state in
      state.reserved -= reserved
      var events: [BudgetEvent] = []
      for index in state.caps.indices {
        let before = state.caps[index].spent
        state.caps[index].spent += spent
        events += state.caps[index].passed(from: before)
      }
      return events
    }
  }
}

/// A limit of money, and what is spent under it, in micro-dollars.
package struct MoneyCap: Hashable, Sendable {
  /// `money`, `dayMoney` or `projectMoney`.
  package var kind: BudgetExhausted.Kind
  package var limit: Int
  package var spent: Int

  package init(_ kind: BudgetExhausted.Kind, limit: Int, spent: Int) {
    self.kind = kind
    self.limit = limit
    self.spent = spent
  }

  var exhausted: BudgetExhausted { BudgetExhausted(kind: kind, spent: Double(spent), limit: Double(limit)) }

  /// An event for the highest threshold that lies above what was spent before, and not above what is now.
  func passed(from before: Int) -> [BudgetEvent] {
    let reached = MoneyAccount.thresholds.filter { limit * $0 > before * 100 && limit * $0 <= spent * 100 }
    return reached.map { percent in
      BudgetEvent(
        kind: kind.rawValue,
        spent: Double(spent),
        limit: Double(limit),
        message: "\(percent) % of the \(kind.owner("run"))'s budget of \(Dollars(microdollars: limit)) is spent.",
        percent: percent
      )
    }
  }
}
