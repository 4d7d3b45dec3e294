import Ledger
import Testing

@Suite struct ReportTests {
  @Test func listsAccountsWithTheirBalances() throws {
    var ledger = Ledger()
    try ledger.post(Money(cents: 123_450), from: "bank", to: "rent")
    try ledger.post(Money(cents: 99), from: "bank", to: "food")
    #expect(
      report(for: ledger) == """
        bank     -1'235.49
        food          0.99
        rent      1'234.50

        """
    )
  }

  @Test func isEmptyForAnEmptyLedger() {
    #expect(report(for: Ledger()) == "")
  }

  @Test func groupsEveryThousand() throws {
    var ledger = Ledger()
    try ledger.post(Money(cents: 123_456_700), from: "a", to: "b")
    #expect(report(for: ledger).contains("1'234'567.00"))
  }
}
