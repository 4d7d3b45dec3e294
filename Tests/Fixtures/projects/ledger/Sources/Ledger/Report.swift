/// Lists the accounts of a ledger with their balances, one a line.
public func report(for ledger: Ledger) -> String {
  ""
}
