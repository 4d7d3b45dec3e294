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
    // Where the server did not work, there is nothing to pay.
    let third = try await ledger.reserve(promptTokens: 100, wanted: 1000, price: Self.price)
    #expect(await ledger.settle(third, usage: nil, isCharged: false).spent.microdollars == 0)
    #expect(account.left == 8750)
  }

  @Test func unknownPricesAreCountedAndFreeOnesTimed() async throws {
    let ledger = ledger(MoneyAccount())
    let unknown = await ledger.settle(try ledger.reserve(promptTokens: 1, wanted: 1, price: .unknown), usage: nil)
    #expect(unknown.spent.unpricedCalls == 1 && unknown.spent.microdollars == 0)
    let free = try await ledger.reserve(promptTokens: 1, wanted: 1, price: .free)
    let settled = await ledger.settle(free, usage: nil, took: .seconds(3))
    #expect(settled.spent.freeSeconds == 3 && settled.spent.unpricedCalls == 0)
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
