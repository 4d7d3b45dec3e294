package import Pipeline

/// How an orchestrated phase has done since it was promoted.
///
/// The rule: over the last three runs that ended since then and had steps of the phase, the share of its steps that went
/// well must not be more than a fifth of all steps below the baseline that was recorded with the promotion.
package struct PhaseWatch: Hashable, Sendable {
  package static let runs = 3
  package static let tolerance = 0.2

  package let baseline: Double?
  /// How its steps went in each of the runs, the oldest first; at most three.
  package let measures: [PhaseMeasures]

  package init(baseline: Double?, measures: [PhaseMeasures]) {
    self.baseline = baseline
    self.measures = measures.suffix(Self.runs)
  }

  /// The share of steps that went well; nil where there was none.
  package var success: Double? {
    var sum = PhaseMeasures()
    for run in measures { sum += run }
    return sum.success
  }

  /// Why the phase is to go back to the rules; nil where it may stay.
  package var complaint: String? {
    guard let baseline, let success, measures.count == Self.runs, success < baseline - Self.tolerance else {
      return nil
    }
    return "Over the last \(Self.runs) runs \(Self.percent(success)) of its steps went well, against "
      + "\(Self.percent(baseline)) by the rules."
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}

extension JournalReader {
  /// How an orchestrated phase did in the runs since it was promoted, by itself or with all others.
  ///
  /// Runs without a step of it are left out. Nil where nothing was ever said of it.
  package func watch(_ phase: PhaseName, at stage: MigrationStage) throws -> PhaseWatch? {
    guard let word = stage.word(on: phase) else { return nil }
    var measurements: [(run: RunID, measurement: RunMeasurement)] = []
    let selection = EventSelection(kinds: Array(RunMeasurement.kinds), after: word.sequence)
    try forEachEvent(selection) { stored in
      guard let run = stored.run else { return }
      if measurements.last?.run != run { measurements.append((run, RunMeasurement())) }
      measurements[measurements.count - 1].measurement.take(stored.event)
    }
    let measures = measurements.map { $0.measurement.result() }.filter { $0.outcome != nil && $0.mode != "traditional" }
    return PhaseWatch(
      baseline: stage.baseline(of: phase),
      measures: measures.compactMap { $0.phases[phase.rawValue] }.filter { $0.steps > 0 }
    )
  }
}
