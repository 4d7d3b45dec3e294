import Wording

/// What a run may still spend, reserved before a call and settled after it.
///
/// It is the one account for everything that spends at the same time; what is settled becomes durable with the
/// `StateChange.spent` that `settle` answers.
package actor BudgetLedger {
  /// With fewer tokens left than this, an answer is not worth asking for.
  package static let leastAnswer = 256

  private let limits: RunLimits
  private let money: MoneyAccount
  private let clock: any Clock<Duration>
  private let elapsed: @Sendable () -> Duration
  private var spent: Spending
  private var timeCharged = Duration.zero
  private var reservedTokens = 0
  private var reservedCalls = 0
  private var loading = LoadingTimes()

  /// Counts on from `spent`, which earlier parts of the same run have spent.
  ///
  /// Money is no matter of one ledger alone: those that share the caps share the account.
  package init<C: Clock>(limits: RunLimits, spent: Spending, money: MoneyAccount = MoneyAccount(), clock: C)
  where C.Duration == Duration {
    self.limits = limits
    self.money = money
    self.spent = spent
    self.clock = clock
    let start = clock.now
    elapsed = { start.duration(to: clock.now) }
  }

  /// Reserves one call, and answers how many tokens it may write: at most `wanted`, cut to what is left.
  ///
  /// Where it would be cut for what others have reserved it waits until they are settled; the journal has a record of the
  /// order. Throws `BudgetExhausted` where too little is left, and `CancellationError`.
  package func reserve(
    promptTokens: Int,
    wanted: Int,
    price: ModelPrice = .free,
    server: String = "",
    journal: Journal? = nil
  ) async throws -> Reservation {
    try await money.retrying(journal) {
      if let exhausted = await journal?.order?.exhaustion() { throw exhausted }
      do throws(BudgetExhausted) {
        guard var reservation = try reserveNow(promptTokens, wanted, price) else { return nil }
        (reservation.server, reservation.start) = (server, elapsed())
        return reservation
      } catch {
        if error.kind == .time { journal?.recorder?.noteExhausted(error) }
        throw error
      }
    }
  }

  /// Reserves one call, or answers nil where that waits for others.
  private func reserveNow(
    _ promptTokens: Int,
    _ wanted: Int,
    _ price: ModelPrice
  ) throws(BudgetExhausted) -> Reservation? {
    // Every call that is under way counts in the end.
    if let limit = limits.calls, spent.calls + reservedCalls >= limit {
      throw BudgetExhausted(kind: .calls, spent: Double(spent.calls + reservedCalls), limit: Double(limit))
    }
    try checkTime()
    var answer = wanted
    if let limit = limits.tokens {
      let left = limit - spent.tokens - reservedTokens - promptTokens
      if left < wanted, reservedTokens > 0 { return nil }
      guard left >= min(Self.leastAnswer, wanted) else {
        throw BudgetExhausted(kind: .tokens, spent: Double(spent.tokens), limit: Double(limit))
      }
      answer = min(wanted, left)
    }
    guard let paid = try money.reserve(price, promptTokens: promptTokens, wanted: answer, least: Self.leastAnswer)
    else { return nil }
    reservedCalls += 1
    reservedTokens += promptTokens + paid.tokens
    return Reservation(
      numPredict: paid.tokens,
      cutBy: paid.cutBy ?? (answer < wanted ? .tokens : nil),
      tokens: promptTokens + paid.tokens,
      price: price,
      promptTokens: promptTokens,
      microdollars: paid.microdollars,
      timeLeft: timeLeft
    )
  }

  /// Replaces a reservation by what the call really took, and answers what to write down.
  ///
  /// What the server did not count is charged as it was reserved, unless there was no answer to charge. Of an answer that
  /// was cut off, the tokens that had come are known, if not what they cost; nor do those of answers that were `lost`
  /// before it, and asked for again within the call. Those who wait for it go on only after what `note` records.
  package func settle(
    _ reservation: Reservation,
    usage: ModelUsage?,
    written: Int? = nil,
    lost: [Int] = [],
    took time: Duration = .zero,
    isCharged: Bool = true,
    noting note: () -> Void = {}
  ) -> Settlement {
    note()
    reservedCalls -= 1
    reservedTokens -= reservation.tokens
    let isUnknown = usage == nil && isCharged
    var spending = Spending(
      calls: 1,
      promptTokens: usage?.promptTokens ?? (isUnknown ? reservation.promptTokens : 0),
      outputTokens: usage?.outputTokens ?? (isUnknown ? min(written ?? .max, reservation.numPredict) : 0)
    )
    let cost = reservation.price.cost(
      promptTokens: usage?.promptTokens ?? reservation.promptTokens,
      outputTokens: usage?.outputTokens ?? reservation.numPredict
    )
    if let load = usage?.load, load > .zero {
      let added = loading.add(reservation.start..<(reservation.start + load), on: reservation.server)
      let seconds = (added / .milliseconds(1)).rounded() / 1000
      spending.loadSeconds = seconds > 0 ? seconds : nil
    }
    spending.microdollars = isCharged ? cost ?? 0 : 0
    if isCharged, cost == nil { spending.unpricedCalls = 1 }
    for parts in lost {
      let tokens = (reservation.promptTokens, min(parts, reservation.numPredict))
      spending += Spending(calls: 1, promptTokens: tokens.0, outputTokens: tokens.1)
      let worst = reservation.price.cost(promptTokens: tokens.0, outputTokens: reservation.numPredict)
      spending.microdollars += worst ?? 0
      if worst == nil { spending.unpricedCalls += 1 }
    }
    if reservation.price == .free { spending.freeSeconds = time / .seconds(1) }
    let passed = money.settle(reserved: reservation.microdollars, spent: spending.microdollars)
    return Settlement(spent: charge(spending), passed: passed)
  }

  /// The limit by which a call was left fewer tokens than it wanted, as far as it is used now; nil where none was.
  package func limit(of reservation: Reservation) -> BudgetExhausted? {
    guard let kind = reservation.cutBy else { return nil }
    if kind == .tokens {
      return BudgetExhausted(kind: kind, spent: Double(spent.tokens), limit: Double(limits.tokens ?? 0))
    }
    return money.levels.first { $0.kind == kind }?.exhausted
  }

  /// Draws one step, or throws if none is left.
  package func drawStep() throws(BudgetExhausted) -> Spending {
    if let limit = limits.steps, spent.steps >= limit {
      throw BudgetExhausted(kind: .steps, spent: Double(spent.steps), limit: Double(limit))
    }
    try checkTime()
    return charge(Spending(steps: 1))
  }

  /// What has passed since the last charge, as something to write down.
  package func chargeTime() -> Spending { charge(Spending()) }

  /// How much of the run's time is left; nil where it is not limited.
  package var timeLeft: Duration? {
    limits.seconds.map { .seconds($0 - spent.seconds) - (elapsed() - timeCharged) }
  }

  private func checkTime() throws(BudgetExhausted) {
    if let timeLeft, timeLeft <= .zero { throw outOfTime }
  }

  /// What to say of a call that was given up because the time was over.
  package var outOfTime: BudgetExhausted {
    let limit = limits.seconds ?? 0
    return BudgetExhausted(kind: .time, spent: limit - (timeLeft ?? .zero) / .seconds(1), limit: limit)
  }

  private func charge(_ spending: Spending) -> Spending {
    let now = elapsed()
    var charged = spending
    charged.seconds = (now - timeCharged) / .seconds(1)
    timeCharged = now
    spent += charged
    return charged
  }
}

/// The right to one call of a model.
package struct Reservation: Hashable, Sendable {
  /// The most tokens that the answer may have.
  package let numPredict: Int
  /// The limit for which that is less than was wanted; nil where it is not.
  let cutBy: BudgetExhausted.Kind?
  let tokens: Int
  let price: ModelPrice
  let promptTokens: Int
  /// The worst case of what it costs.
  let microdollars: Int
  /// How long the call may take before the run's time is over; nil without such a limit.
  package let timeLeft: Duration?
  /// Who is asked, and from when on.
  var server = ""
  var start = Duration.zero
}

/// What a call has come to.
package struct Settlement: Hashable, Sendable {
  /// What to write down.
  package let spent: Spending
  /// The thresholds of money that were passed by it.
  package let passed: [BudgetEvent]
}

/// A limit of the run that is reached, or that the next call may pass.
package struct BudgetExhausted: Error, Hashable, Codable, Sendable {
  /// What is limited; the raw value names it on the screen and in the journal.
  package enum Kind: String, Codable, Sendable {
    case steps
    case calls
    case tokens
    case time
    case money
    case dayMoney = "day_money"
    case projectMoney = "project_money"

    /// The option that raises the limit.
    package var option: String {
      switch self {
      case .steps: "--max-steps"
      case .calls: "--budget-calls"
      case .tokens: "--budget-tokens"
      case .time: "--budget-time"
      case .money: "--budget-usd"
      case .dayMoney: "limits.day_usd"
      case .projectMoney: "limits.project_usd"
      }
    }

    /// Whose budget it is: that of what has one, unless it spans several.
    func owner(_ what: String) -> String {
      switch self {
      case .steps, .calls, .tokens, .time, .money: what
      case .dayMoney: "day"
      case .projectMoney: "project"
      }
    }
  }

  package let kind: Kind
  /// In calls, tokens, steps, seconds or micro-dollars.
  package let spent: Double
  package let limit: Double

  package init(kind: Kind, spent: Double, limit: Double) {
    self.kind = kind
    self.spent = spent
    self.limit = limit
  }
}

extension BudgetExhausted: CustomStringConvertible {
  package var description: String { text(of: "run", continuedWith: "autonomy run") }

  /// The same of something else that has a budget, and the command that goes on with it.
  package func text(of what: String, continuedWith command: String) -> String {
    let raise = kind == .dayMoney ? "' tomorrow, or with a higher '" : "' and a higher '"
    return "\(cause(of: kind.owner(what))). Continue with '\(command)\(raise)\(kind.option)'."
  }

  /// What is the matter: a call that may need more than is left does not begin.
  private func cause(of owner: String) -> String {
    let budget = "\(owner)'s budget of \(Self.text(limit, kind))"
    guard spent < limit else { return "The \(budget) is spent" }
    return switch kind {
    case .tokens:
      "\(Amount.grouped(Int(spent.rounded()))) of the \(budget) are spent, and the next call may take more than are left"
    case .money, .dayMoney, .projectMoney:
      "\(Self.text(spent, kind)) of the \(budget) is spent, and the next call may cost more than is left"
    case .steps, .calls, .time: "The \(budget) is spent"
    }
  }

  private static func text(_ value: Double, _ kind: Kind) -> String {
    let whole = Int(value.rounded())
    return switch kind {
    case .steps: Amount.counted(whole, "step")
    case .calls: Amount.counted(whole, "model call")
    case .tokens: Amount.counted(whole, "token")
    case .time: "\(Duration.seconds(value).text) of time"
    case .money, .dayMoney, .projectMoney: "\(Dollars(microdollars: whole))"
    }
  }
}
