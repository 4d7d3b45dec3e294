import Synchronization

/// Adds up what one worktree's models cost, while others spend from the same account.
package final class SpendingTally: Sendable {
  private let sum = Mutex(Spending())

  package init() {}

  package func add(_ spending: Spending) {
    sum.withLock { $0 += spending }
  }

  /// Answers the sum, and begins again at nothing.
  package func take() -> Spending {
    sum.withLock { sum in
      defer { sum = Spending() }
      return sum
    }
  }
}
