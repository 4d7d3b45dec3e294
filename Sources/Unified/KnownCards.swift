package import Pipeline

/// The user's capability cards as far as they can be read.
package struct KnownCards: Sendable {
  package let cards: [CapabilityCard]
  /// What is wrong with their file.
  package let notice: String?

  /// Reads the cards of the user whom the environment tells of.
  package init(environment: [String: String]) {
    guard let file = CardFile(environment: environment) else {
      (cards, notice) = ([], nil)
      return
    }
    do {
      (cards, notice) = (try file.cards(), nil)
    } catch {
      (cards, notice) = ([], "\(error)")
    }
  }
}
