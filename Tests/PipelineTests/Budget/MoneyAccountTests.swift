import TestSupport
import Testing

@testable import Pipeline

@Suite struct MoneyAccountTests {
  private static let price = ModelPrice.known(TokenRates(input: 1_000_000, output: 1_000_000))

  private func ledger(_ account: MoneyAccount) -> BudgetLedger {
    BudgetLedger(limits: RunLimits(), spent: Spending(), money: account, clock: ContinuousClock())
  }

  @Test func anAnswerIsCutToWhatCanBePaid() async throws {
    let account = MoneyAccount([MoneyCap(.money, limit: 2000, spent: 0)])
    let reservation = try await ledger(account).reserve(promptTokens: 1000, wanted: 5000, price: Self.price)
    #expect(reservation.numPredict == 1000)
    #expect(account.left == 0)
  }

  @Test func lessThanAnAnswerIsNothing() async throws {
    let account = MoneyAccount([MoneyCap(.dayMoney, limit: 1255, spent: 0)])
    let error = await #expect(throws: BudgetExhausted.self) {
      _ = try await ledger(account).reserve(promptTokens: 1000, wanted: 5000, price: Self.price)
    }
    #expect(error?.kind == .dayMoney)
    // A short answer needs no more.
    #expect(try await ledger(account).reserve(promptTokens: 1000, wanted: 255, price: Self.price).numPredict == 255)
  }

  @Test func theTightestCapCounts() async throws {
    let account = MoneyAccount([
      MoneyCap(.money, limit: 10_000, spent: 0), MoneyCap(.projectMoney, limit: 90_000, spent: 88_000),
    ])
    #expect(account.left == 2000)
    #expect(try await ledger(account).reserve(promptTokens: 0, wanted: 9999, price: Self.price).numPredict == 2000)
  }

  @Test func whatCostsNothingIsNotHeldAgainstACapAndWhatIsUnknownIs() async throws {
    let account = MoneyAccount([MoneyCap(.money, limit: 0, spent: 0)])
    #expect(try await ledger(account).reserve(promptTokens: 9, wanted: 900, price: .free).numPredict == 900)
    await #expect(throws: BudgetExhausted.self) {
      _ = try await ledger(account).reserve(promptTokens: 0, wanted: 900, price: .unknown)
    }
    let open = try await ledger(MoneyAccount()).reserve(promptTokens: 0, wanted: 900, price: .unknown)
    #expect(open.numPredict == 900)
  }

  @Test func aCallIsSettledByItsTokens() async throws {
    let account = MoneyAccount([MoneyCap(.money, limit: 10_000, spent: 0)])
    let ledger = ledger(account)
    let first = try await ledger.reserve(promptTokens: 100, wanted: 1000, price: Self.price)
    #expect(account.left == 8900)
    let settled = await ledger.settle(first, usage: ModelUsage(promptTokens: 120, outputTokens: 30))
    #expect(settled.spent.microdollars == 150 && settled.spent.unpricedCalls == 0)
    #expect(account.left == 9850)
    // What the server did not count may have cost all that was reserved.
    let second = try await ledger.reserve(promptTokens: 100, wanted: 1000, price: Self.price)
    #expect(await ledger.settle(second, usage: nil).spent.microdollars == 1100)
    // So may an answer that was cut off, of which some tokens had come.
    let cut = await ledger.settle(
      try await ledger.reserve(promptTokens: 100, wanted: 1000, price: Self.price),
      usage: nil,
      written: 7
    )
    #expect(cut.spent.microdollars == 1100)
    #expect((cut.spent.promptTokens, cut.spent.outputTokens) == (100, 7))
    // Where the server did not work, there is nothing to pay.
    let third = try await ledger.reserve(promptTokens: 100, wanted: 1000, price: Self.price)
    #expect(await ledger.settle(third, usage: nil, isCharged: false).spent.microdollars == 0)
    #expect(account.left == 7650)
  }

  @Test func unknownPricesAreCountedAndFreeOnesTimed() async throws {
    let ledger = ledger(MoneyAccount())
    let unknown = await ledger.settle(try ledger.reserve(promptTokens: 1, wanted: 1, price: .unknown), usage: nil)
    #expect(unknown.spent.unpricedCalls == 1 && unknown.spent.microdollars == 0)
    let free = try await ledger.reserve(promptTokens: 1, wanted: 1, price: .free)
    let settled = await ledger.settle(free, usage: nil, took: .seconds(3))
    #expect(settled.spent.freeSeconds == 3 && settled.spent.unpricedCalls == 0)
  }

  @Test func aCallWaitsForWhatOthersHaveReserved() async throws {
    let account = MoneyAccount([MoneyCap(.money, limit: 3000, spent: 0)])
    let ledger = ledger(account)
    let first = try await ledger.reserve(promptTokens: 0, wanted: 2000, price: Self.price)
    // The account is one for several ledgers.
    let other = self.ledger(account)
    async let second = answer(paidBy: other)
    async let third = answer(paidBy: ledger)
    while account.signal.waiters < 2 { await Task.yield() }
    _ = await ledger.settle(first, usage: ModelUsage(promptTokens: 0, outputTokens: 100))
    // One of them is cut by nothing; the other waits for it, and is cut to what is left then.
    let lengths = try await [second, third]
    #expect(lengths.sorted() == [900, 2000])
    #expect(account.left == 0)
    await #expect(throws: BudgetExhausted(kind: .money, spent: 3000, limit: 3000)) {
      _ = try await ledger.reserve(promptTokens: 0, wanted: 2000, price: Self.price)
    }
  }

  /// How long the answer of a call may be whose worst case then comes true.
  private func answer(paidBy ledger: BudgetLedger) async throws -> Int {
    let reservation = try await ledger.reserve(promptTokens: 0, wanted: 2000, price: Self.price)
    _ = await ledger.settle(reservation, usage: nil)
    return reservation.numPredict
  }

  @Test func tokensAreWaitedForToo() async throws {
    let account = MoneyAccount()
    let limits = RunLimits(tokens: 3000)
    let ledger = BudgetLedger(limits: limits, spent: Spending(), money: account, clock: ContinuousClock())
    let first = try await ledger.reserve(promptTokens: 100, wanted: 2000)
    async let second = ledger.reserve(promptTokens: 100, wanted: 2000)
    while account.signal.waiters < 1 { await Task.yield() }
    _ = await ledger.settle(first, usage: ModelUsage(promptTokens: 100, outputTokens: 400))
    #expect(try await second.numPredict == 2000)
    let waiting = Task { try await ledger.reserve(promptTokens: 100, wanted: 2000) }
    while account.signal.waiters < 1 { await Task.yield() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    // Calls that are under way are as good as made.
    let calls = BudgetLedger(limits: RunLimits(calls: 1), spent: Spending(), clock: ContinuousClock())
    _ = try await calls.reserve(promptTokens: 1, wanted: 1)
    await #expect(throws: BudgetExhausted(kind: .calls, spent: 1, limit: 1)) {
      _ = try await calls.reserve(promptTokens: 1, wanted: 1)
    }
  }

  @Test(arguments: [
    (BudgetExhausted(kind: .money, spent: 25_000, limit: 30_000), "$0.025 of the run's budget of $0.03 is spent, and"),
    (BudgetExhausted(kind: .dayMoney, spent: 1, limit: 30_000), "$0.000001 of the day's budget of $0.03 is spent, and"),
    (BudgetExhausted(kind: .tokens, spent: 900, limit: 1000), "900 of the run's budget of 1,000 tokens are spent, and"),
    (BudgetExhausted(kind: .money, spent: 30_000, limit: 30_000), "The run's budget of $0.03 is spent. Continue"),
    (BudgetExhausted(kind: .calls, spent: 7, limit: 7), "The run's budget of 7 model calls is spent. Continue"),
  ])
  func whatIsLeftIsNotSaidToBeSpent(_ exhausted: BudgetExhausted, _ start: String) {
    #expect(exhausted.description.hasPrefix(start), "\(exhausted)")
  }

  @Test func aLoadThatSeveralCallsWaitForCountsOnce() {
    var times = LoadingTimes()
    #expect(times.add(.seconds(1)..<Duration.seconds(4), on: "a") == .seconds(3))
    #expect(times.add(.seconds(2)..<Duration.seconds(4), on: "a") == .zero)
    #expect(times.add(.seconds(3)..<Duration.seconds(6), on: "a") == .seconds(2))
    #expect(times.add(.seconds(3)..<Duration.seconds(6), on: "b") == .seconds(3))
    #expect(times.add(.seconds(8)..<Duration.seconds(9), on: "a") == .seconds(1))
    #expect(times.add(.seconds(0)..<Duration.seconds(10), on: "a") == .seconds(4))
  }

  @Test func callsAtOnceAreChargedOneLoad() async throws {
    let ledger = BudgetLedger(limits: RunLimits(), spent: Spending(), clock: ManualClock())
    let calls = [
      try await ledger.reserve(promptTokens: 1, wanted: 1, server: "a"),
      try await ledger.reserve(promptTokens: 1, wanted: 1, server: "a"),
    ]
    var sum = Spending()
    for call in calls { sum += await ledger.settle(call, usage: ModelUsage(load: .milliseconds(700))).spent }
    #expect(sum.loadSeconds == 0.7)
  }

  @Test func whatNobodyCountedIsChargedAsItWasReserved() async throws {
    let ledger = BudgetLedger(limits: RunLimits(tokens: 2000), spent: Spending(), clock: ContinuousClock())
    let cut = try await ledger.reserve(promptTokens: 100, wanted: 1000)
    let spent = await ledger.settle(cut, usage: nil).spent
    #expect(spent.promptTokens == 100 && spent.outputTokens == 1000)
    let refused = try await ledger.reserve(promptTokens: 100, wanted: 300)
    #expect(await ledger.settle(refused, usage: nil, isCharged: false).spent.tokens == 0)
  }

  @Test func thresholdsArePassedOnceWhateverTheSteps() async throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<50 {
      let limit = Int.random(in: 1000...50_000, using: &random)
      let account = MoneyAccount([MoneyCap(.money, limit: limit, spent: 0)])
      var told: [Int] = []
      var spent = 0
      while spent < limit {
        let cost = min(limit - spent, Int.random(in: 1...(limit / 3), using: &random))
        spent += cost
        let events = account.settle(reserved: 0, spent: cost)
        told += events.compactMap(\.percent)
        #expect(account.levels.map(\.spent) == [spent], "asking for the level changes nothing")
        #expect(events.allSatisfy { spent * 100 >= limit * ($0.percent ?? 0) })
      }
      #expect(told == [50, 70, 90])
    }
    // What an earlier part of the run has passed is not told again.
    let later = MoneyAccount([MoneyCap(.money, limit: 1000, spent: 600)])
    #expect(later.settle(reserved: 0, spent: 50).isEmpty)
    #expect(later.settle(reserved: 0, spent: 50).map(\.percent) == [70])
  }

  @Test func noNumberOfCallsAtOncePassesTheCap() async throws {
    let account = MoneyAccount([MoneyCap(.money, limit: 100_000, spent: 0)])
    let ledger = ledger(account)
    let total = await withTaskGroup(of: Int.self) { group in
      for number in 0..<200 {
        group.addTask {
          guard let mine = try? await ledger.reserve(promptTokens: number, wanted: 2000, price: Self.price) else {
            return 0
          }
          await Task.yield()
          // The worst case comes true for each.
          return await ledger.settle(mine, usage: nil).spent.microdollars
        }
      }
      return await group.reduce(0, +)
    }
    #expect(total <= 100_000 && total > 90_000)
    #expect(account.levels.first?.spent == total)
  }
}
