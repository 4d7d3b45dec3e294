import Ledger
import Testing

@Suite struct MoneyTests {
  @Test(arguments: [("12.34", 1234), ("-0.05", -5), ("7", 700), ("7.5", 750), ("0", 0), ("-1234.50", -123_450)])
  func readsAnAmount(text: String, cents: Int) {
    #expect(Money(text)?.cents == cents)
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "1.234", "1'000", " 1", "1 ", "+1", "--1", "1-", "x", "99999999999999999999",
  ])
  func refusesWhatIsNoAmount(text: String) {
    #expect(Money(text) == nil)
  }

  @Test(arguments: [(1234, "12.34"), (-5, "-0.05"), (700, "7.00"), (0, "0.00"), (-123_450, "-1234.50")])
  func writesTwoDecimalsWithoutGrouping(cents: Int, text: String) {
    #expect(Money(cents: cents).description == text)
  }

  @Test(arguments: [1, -1, 99, -100, 123_456_789, -123_456_789])
  func readsWhatItWrote(cents: Int) {
    #expect(Money(Money(cents: cents).description)?.cents == cents)
  }
}
