package import JSON

/// Both modes were compared; belongs to no run.
package struct ComparisonEvent: Hashable, Codable, Sendable {
  package var verdict: String
  package var reasons: [String]
  /// The phases that were orchestrated in one half of the runs.
  package var phases: [PhaseName]
  /// The whole comparison, as the one who made it writes it.
  package var report: JSONValue

  package init(verdict: String, reasons: [String], phases: [PhaseName], report: JSONValue) {
    self.verdict = verdict
    self.reasons = reasons
    self.phases = phases
    self.report = report
  }
}

/// A phase, or the project's default, went from one mode to the other.
package struct MigrationEvent: Hashable, Codable, Sendable {
  /// Nil for the project's default, which is of all phases.
  package var phase: PhaseName?
  package var isOrchestrated: Bool
  package var reason: String
  /// Whether it was wanted without the evidence for it.
  package var isForced: Bool
  /// Whether nobody asked for it: the phase did worse than before.
  package var isAutomatic: Bool
  /// What share of the phase's steps went well by the rules, of which it must not fall far short; nil where unknown.
  package var baseline: Double?
  /// The same of each phase, where all are meant; nil where unknown, and in old records.
  package var baselines: [PhaseName: Double]?

  package init(
    phase: PhaseName?,
    isOrchestrated: Bool,
    reason: String,
    isForced: Bool = false,
    isAutomatic: Bool = false,
    baseline: Double? = nil,
    baselines: [PhaseName: Double]? = nil
  ) {
    self.phase = phase
    self.isOrchestrated = isOrchestrated
    self.reason = reason
    self.isForced = isForced
    self.isAutomatic = isAutomatic
    self.baseline = baseline
    self.baselines = baselines
  }

  private enum CodingKeys: String, CodingKey {
    case phase, reason, baseline, baselines
    case isOrchestrated = "is_orchestrated"
    case isForced = "is_forced"
    case isAutomatic = "is_automatic"
  }
}
