/// What pairs of runs say of the orchestrated mode beside the traditional one.
///
/// The rule: pairs in which a run ended by the servers', the machine's or the user's doing are left out, and fewer than
/// three of the others are not enough. Where the runs of a pair came equally far the pair says nothing of quality; if
/// those that differ all point the same way, and are at least half, that is the verdict; if they point both ways, or are
/// fewer, it is not enough evidence. Where no pair differs, the tokens decide: the median ratio beyond 1.25 or below
/// 0.8, with every pair on the same side of 1. Between them there is no difference, because a quarter is what the
/// arbiter may spend by default.
package struct ComparisonVerdict: Hashable, Codable, Sendable {
  package enum Word: String, Codable, Sendable {
    case better
    case worse
    case noDifference = "no difference"
    case notEnough = "not enough evidence"
  }

  package var word: Word
  /// Why, one sentence each.
  package var reasons: [String]

  static let leastPairs = 3
  private static let dearer = 1.25
  private static let cheaper = 0.8

  /// The rule in words, for those who read the verdict.
  package static let rule =
    "Of at least \(leastPairs) pairs that tell something, those that differ must all point the same way and be at least "
    + "half. Further is a better outcome, then more tasks done, then more checks passed. Where no pair differs, the tokens "
    + "decide: a median ratio under \(text(cheaper)) or over \(text(dearer)), with every pair on the same side of 1."

  package init(_ pairs: [ComparisonPair]) {
    let evidence = pairs.filter(\.isEvidence)
    var reasons: [String] = []
    if evidence.count < pairs.count {
      reasons.append(
        "\(pairs.count - evidence.count) of \(pairs.count) pairs say nothing: a run did not come to its own end."
      )
    }
    guard evidence.count >= Self.leastPairs else {
      word = .notEnough
      let missing = Self.leastPairs - evidence.count
      let found = evidence.count == 1 ? "1 pair of runs is" : "\(evidence.count) pairs of runs are"
      self.reasons = reasons + ["\(found) too few; at least \(missing) more would be needed."]
      return
    }
    let better = evidence.count { $0.quality == .better }
    let worse = evidence.count { $0.quality == .worse }
    let count = evidence.count
    if better == 0, worse == 0 {
      (word, self.reasons) = Self.byCost(evidence, reasons + ["In all \(count) pairs both modes came equally far."])
      return
    }
    reasons += Self.spread(evidence)
    reasons.append("Orchestrated came further in \(better) of \(count) pairs, traditional in \(worse).")
    if better > 0, worse > 0 {
      word = .notEnough
      reasons.append("The pairs contradict each other; more repeats may tell.")
    } else if (better + worse) * 2 >= count {
      word = better > 0 ? .better : .worse
    } else {
      word = .notEnough
      reasons.append("In fewer than half of the pairs there is a difference; more repeats may tell.")
    }
    self.reasons = reasons
  }

  private static func byCost(_ pairs: [ComparisonPair], _ reasons: [String]) -> (Word, [String]) {
    let reasons = reasons + [cost(pairs)]
    guard let ratio = tokenRatio(pairs) else { return (.noDifference, reasons) }
    if ratio.median > dearer, ratio.least > 1 { return (.worse, reasons) }
    if ratio.median < cheaper, ratio.most < 1 { return (.better, reasons) }
    if ratio.median > dearer || ratio.median < cheaper {
      return (.notEnough, reasons + ["The pairs do not agree on which mode is cheaper; more repeats may tell."])
    }
    return (.noDifference, reasons)
  }

  /// How far the runs of both modes came, and what that cost.
  private static func spread(_ pairs: [ComparisonPair]) -> [String] {
    func words(_ runs: [RunMeasures]) -> String {
      guard let done = Spread(runs.map { Double($0.done) }) else { return "" }
      return done.least == done.most ? "\(Int(done.most))" : "\(Int(done.least)) to \(Int(done.most))"
    }
    let (left, right) = (words(pairs.map(\.traditional)), words(pairs.map(\.orchestrated)))
    return ["The traditional runs had \(left) tasks done, the orchestrated ones \(right).", cost(pairs)]
  }

  private static func cost(_ pairs: [ComparisonPair]) -> String {
    guard let ratio = tokenRatio(pairs) else { return "What the runs cost in tokens is not known of all." }
    return "Orchestrated took \(text(ratio.median)) times the tokens (\(text(ratio.least)) to \(text(ratio.most)))."
  }

  /// How the tokens of the orchestrated runs relate to those of the traditional ones; nil unless it is known of all.
  static func tokenRatio(_ pairs: [ComparisonPair]) -> Spread? {
    let ratios = pairs.compactMap(\.tokenRatio)
    return ratios.count == pairs.count ? Spread(ratios) : nil
  }

  /// A ratio with two decimals.
  private static func text(_ ratio: Double) -> String {
    let hundredths = Int((ratio * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
