import JSON
package import Pipeline
package import SourceControl

/// A comparison of both modes on one project, from one checkpoint.
package struct ComparisonReport: Hashable, Codable, Sendable {
  package var project: String
  /// When it ended, as RFC 3339.
  package var time: String
  /// Where every run began.
  package var checkpoint: SnapshotID
  /// The phases that were orchestrated in the runs of that mode, in the order of the pipeline.
  package var phases: [PhaseName]
  package var pairs: [ComparisonPair]

  package init(project: String, time: String, checkpoint: SnapshotID, phases: Set<PhaseName>, pairs: [ComparisonPair]) {
    self.project = project
    self.time = time
    self.checkpoint = checkpoint
    self.phases = PhaseName.allCases.filter { phases.contains($0) }
    self.pairs = pairs
  }

  package var verdict: ComparisonVerdict { ComparisonVerdict(pairs) }
  /// How the tokens of the orchestrated runs relate to those of the traditional ones; nil unless it is known of all.
  package var tokenRatio: Spread? { ComparisonVerdict.tokenRatio(pairs.filter(\.isEvidence)) }
  package var promises: [PromisedMeasure] { PromisedMeasure.all(pairs) }
  package var traditional: [RunMeasures] { pairs.map(\.traditional) }
  package var orchestrated: [RunMeasures] { pairs.map(\.orchestrated) }
}

extension CheckpointStore {
  /// Keeps a comparison in the journal of the project that it is about.
  func keep(_ report: ComparisonReport) async throws {
    let verdict = report.verdict
    let event = ComparisonEvent(
      verdict: verdict.word.rawValue,
      reasons: verdict.reasons,
      phases: report.phases,
      report: try JSONValue(encoding: report)
    )
    try await commit([], [.comparison(event)])
  }
}
