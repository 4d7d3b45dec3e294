/// Why an entry cannot be posted.
public enum LedgerError: Error, Hashable {
  case amountNotPositive(Money)
  case accountWithoutName
}

/// The balances of accounts, changed by entries that take from one what they give to another.
public struct Ledger: Sendable {
  private var balances: [String: Money] = [:]

  public init() {}

  /// Moves an amount from one account to another.
  public mutating func post(_ amount: Money, from source: String, to target: String) throws(LedgerError) {
    guard amount.cents > 0 else { throw .amountNotPositive(amount) }
    guard !source.isEmpty, !target.isEmpty else { throw .accountWithoutName }
    balances[source] = balance(of: source) + -amount
    balances[target] = balance(of: target) + amount
  }

  /// Answers the balance of an account, 0 if it was never used.
  public func balance(of account: String) -> Money {
    balances[account] ?? Money(cents: 0)
  }

  /// The names of all accounts that were used, in alphabetical order.
  public var accounts: [String] {
    balances.keys.sorted()
  }
}
