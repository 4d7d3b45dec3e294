/// Lists the accounts of a ledger with their balances, one a line.
public func report(for ledger: Ledger) -> String {
  let width = ledger.accounts.map(\.count).max() ?? 0
  return ledger.accounts.map { account in
    let name = account + String(repeating: " ", count: width - account.count)
    let amount = ledger.balance(of: account).grouped
    return name + String(repeating: " ", count: max(1, 14 - amount.count)) + amount + "\n"
  }
  .joined()
}
