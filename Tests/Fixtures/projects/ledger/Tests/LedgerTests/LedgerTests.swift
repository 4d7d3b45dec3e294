import Ledger
import Testing

@Suite struct LedgerTests {
  @Test func amountsAddUp() {
    #expect(Money(cents: 5) + Money(cents: -7) == Money(cents: -2))
    #expect(-Money(cents: 5) == Money(cents: -5))
  }

  @Test func movesAnAmount() throws {
    var ledger = Ledger()
    try ledger.post(Money(cents: 500), from: "bank", to: "rent")
    try ledger.post(Money(cents: 200), from: "bank", to: "food")
    #expect(ledger.balance(of: "bank") == Money(cents: -700))
    #expect(ledger.balance(of: "rent") == Money(cents: 500))
    #expect(ledger.accounts == ["bank", "food", "rent"])
  }

  @Test func anUnusedAccountHasNothing() {
    #expect(Ledger().balance(of: "bank") == Money(cents: 0))
    #expect(Ledger().accounts == [])
  }

  @Test(arguments: [0, -1])
  func refusesAnAmountThatIsNotPositive(cents: Int) {
    var ledger = Ledger()
    #expect(throws: LedgerError.amountNotPositive(Money(cents: cents))) {
      try ledger.post(Money(cents: cents), from: "bank", to: "rent")
    }
    #expect(ledger.accounts == [])
  }

  @Test(arguments: [("", "rent"), ("bank", "")])
  func refusesAnAccountWithoutAName(source: String, target: String) {
    var ledger = Ledger()
    #expect(throws: LedgerError.accountWithoutName) {
      try ledger.post(Money(cents: 1), from: source, to: target)
    }
  }

  @Test func balancesAddUpToNothing() throws {
    var ledger = Ledger()
    for (index, account) in ["a", "b", "c", "a"].enumerated() {
      try ledger.post(Money(cents: 7 * index + 1), from: account, to: "d")
    }
    #expect(ledger.accounts.map { ledger.balance(of: $0).cents }.reduce(0, +) == 0)
    #expect(ledger.balance(of: "d") == Money(cents: 46))
  }
}
