import JSON
package import Pipeline

/// What the comparisons of a project say of orchestrating one phase more.
///
/// The rule: what counts is the newest comparison in which exactly the phases were orchestrated that would be then, or,
/// where there is none, that phase alone. Its verdict must be *better* or *no difference*.
package struct PhaseEvidence: Hashable, Sendable {
  package let verdict: ComparisonVerdict?
  /// How the steps of the phase went by the rules, in the traditional runs of that comparison.
  package let baseline: Double?
  /// Why it is enough, or what is missing and how to get it.
  package let reason: String

  package var isEnough: Bool { verdict.map { $0.word == .better || $0.word == .noDifference } ?? false }

  /// Looks for evidence for `phase` beside those that are orchestrated, or for all phases where it is nil.
  package init(for phase: PhaseName?, beside orchestrated: Set<PhaseName>, in comparisons: [ComparisonReport]) {
    let wanted = phase.map { orchestrated.union([$0]) } ?? Set(PhaseName.allCases)
    func last(_ phases: Set<PhaseName>) -> ComparisonReport? { comparisons.last { Set($0.phases) == phases } }
    let list = PhaseName.allCases.filter { wanted.contains($0) }.map(\.rawValue).joined(separator: ",")
    let command =
      wanted.count == PhaseName.allCases.count ? "autonomy compare" : "autonomy compare --phases \(list)"
    guard let found = last(wanted) ?? phase.flatMap({ last([$0]) }) else {
      verdict = nil
      baseline = nil
      reason = "There is no comparison of it. '\(command)' makes one."
      return
    }
    let verdict = found.verdict
    self.verdict = verdict
    var measures = PhaseMeasures()
    for run in found.traditional { phase.map { measures += run.phases[$0.rawValue] ?? PhaseMeasures() } }
    baseline = measures.success
    let said = "The comparison of \(found.time.prefix(10)) says: \(verdict.word.rawValue)."
    switch verdict.word {
    case .better, .noDifference: reason = said
    case .worse: reason = "\(said) \(verdict.reasons.last ?? "") Mend that, and compare again with '\(command)'."
    case .notEnough: reason = "\(said) \(verdict.reasons.last ?? "") '\(command) --repeat 5' gives more."
    }
  }
}

extension JournalReader {
  /// Every comparison that was made of the project, the oldest first.
  package func comparisons() throws -> [ComparisonReport] {
    var reports: [ComparisonReport] = []
    try forEachEvent(EventSelection(kinds: [.comparison])) { stored in
      if case .comparison(let event) = stored.event {
        reports.append(try event.report.decoded(as: ComparisonReport.self))
      }
    }
    return reports
  }
}
