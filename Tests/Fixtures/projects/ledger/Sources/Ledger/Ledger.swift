/// Why an entry cannot be posted.
public enum LedgerError: Error, Hashable {
  case amountNotPositive(Money)
  case accountWithoutName
}

/// The balances of accounts, changed by entries that take from one what they give to another.
public struct Ledger: Sendable {
  public init() {}

  /// Moves an amount from one account to another.
  public mutating func post(_ amount: Money, from source: String, to target: String) throws(LedgerError) {
  }

  /// Answers the balance of an account, 0 if it was never used.
  public func balance(of account: String) -> Money {
    Money(cents: 0)
  }

  /// The names of all accounts that were used, in alphabetical order.
  public var accounts: [String] {
    []
  }
}
