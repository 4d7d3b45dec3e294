import JSON
package import Pipeline

/// What the comparisons of a project say of orchestrating one phase more.
///
/// The rule: what counts is the newest comparison in which exactly the phases were orchestrated that would be then, or,
/// where there is none, that phase alone. Its verdict must be *better* or *no difference*. Comparisons from before the
/// phase was taken back by itself do not count.
package struct PhaseEvidence: Hashable, Sendable {
  package let verdict: ComparisonVerdict?
  /// What share of the steps of each phase in question went well by the rules, in the traditional runs of it.
  package let baselines: [PhaseName: Double]
  /// Why it is enough, or what is missing and how to get it.
  package let reason: String

  package var isEnough: Bool { verdict.map { $0.word == .better || $0.word == .noDifference } ?? false }

  /// Looks for evidence for `phase` beside those that are orchestrated, or for all phases where it is nil.
  package init(for phase: PhaseName?, at stage: MigrationStage, in comparisons: [StoredComparison]) {
    let wanted = phase.map { stage.orchestrated.union([$0]) } ?? Set(PhaseName.allCases)
    let refutation = stage.refutation(of: phase)
    func last(_ phases: Set<PhaseName>) -> ComparisonReport? {
      comparisons.last { Set($0.report.phases) == phases && $0.sequence > refutation }?.report
    }
    let list = MigrationStage.order.filter { wanted.contains($0) }.map(\.rawValue).joined(separator: ",")
    let command =
      wanted.count == PhaseName.allCases.count ? "autonomy compare" : "autonomy compare --phases \(list)"
    guard let found = last(wanted) ?? phase.flatMap({ last([$0]) }) else {
      verdict = nil
      baselines = [:]
      let missing = refutation > 0 ? "no comparison of it since it went back to the rules" : "no comparison of it"
      reason = "There is \(missing). '\(command)' makes one."
      return
    }
    let verdict = found.verdict
    self.verdict = verdict
    var baselines: [PhaseName: Double] = [:]
    for phase in phase.map({ [$0] }) ?? PhaseName.allCases {
      var measures = PhaseMeasures()
      for run in found.traditional { measures += run.phases[phase.rawValue] ?? PhaseMeasures() }
      baselines[phase] = measures.success
    }
    self.baselines = baselines
    let said = "The comparison of \(found.time.prefix(10)) says: \(verdict.word.rawValue)."
    switch verdict.word {
    case .better, .noDifference: reason = said
    case .worse: reason = "\(said) \(verdict.reasons.last ?? "") Mend that, and compare again with '\(command)'."
    case .notEnough: reason = "\(said) \(verdict.reasons.last ?? "") '\(command) --repeat 5' gives more."
    }
  }
}

/// A comparison in a project's journal.
package struct StoredComparison: Hashable, Sendable {
  /// The number of its event.
  package var sequence: Int
  package var report: ComparisonReport
}

extension JournalReader {
  /// Every comparison that was made of the project, the oldest first.
  package func comparisons() throws -> [StoredComparison] {
    var comparisons: [StoredComparison] = []
    try forEachEvent(EventSelection(kinds: [.comparison])) { stored in
      guard case .comparison(let event) = stored.event else { return }
      comparisons.append(StoredComparison(sequence: stored.sequence, report: try event.report.decoded()))
    }
    return comparisons
  }
}
