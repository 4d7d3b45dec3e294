package import Pipeline

/// How far a project has gone over to the orchestrated mode, as its journal tells it.
package struct MigrationStage: Hashable, Sendable {
  /// The last word on each phase, and when it was said.
  package struct Word: Hashable, Sendable {
    package var event: MigrationEvent
    package var time: Timestamp
    /// The number of the event in the journal.
    package var sequence: Int
  }

  /// The phases of which something was said by themselves.
  package private(set) var words: [PhaseName: Word] = [:]
  /// What was said of the project's default.
  package private(set) var byDefault: Word?
  /// What share of the steps of each phase went well by the rules, as was last recorded with a promotion.
  private var baselines: [PhaseName: Double] = [:]
  /// The event by which each phase was last taken back by itself; what is older speaks for it no more.
  private var refuted: [PhaseName: Int] = [:]

  /// The order in which phases are best promoted: those first whose bad decisions the project's checks show soonest.
  package static let order: [PhaseName] = [.qa, .debugging, .coding, .planning, .documentation]

  package init() {}

  /// Reads what the journal of a project says; nothing where there was no run yet.
  package init(_ reader: JournalReader?) throws {
    try reader?.forEachEvent(EventSelection(kinds: [.migration])) { stored in
      if case .migration(let event) = stored.event { take(event, at: stored.time, stored.sequence) }
    }
  }

  mutating func take(_ event: MigrationEvent, at time: Timestamp, _ sequence: Int) {
    let word = Word(event: event, time: time, sequence: sequence)
    if let phase = event.phase {
      words[phase] = word
      baselines[phase] = event.baseline
      if event.isAutomatic { refuted[phase] = sequence }
    } else {
      // What was measured with a phase's own promotion holds on where nothing is known that is newer.
      if !event.isOrchestrated { baselines = [:] }
      baselines.merge(event.baselines ?? [:]) { $1 }
      byDefault = word
      // The default is of all phases, whatever was said of one before.
      words = [:]
    }
  }

  /// Whether the project is orchestrated by default, so that the traditional mode is the exception.
  package var isFull: Bool { byDefault?.event.isOrchestrated ?? false }

  package func isOrchestrated(_ phase: PhaseName) -> Bool { words[phase]?.event.isOrchestrated ?? isFull }

  package var orchestrated: Set<PhaseName> { Set(PhaseName.allCases.filter { isOrchestrated($0) }) }

  /// The share of good steps of which a phase must not fall far short; nil where it is not known.
  package func baseline(of phase: PhaseName) -> Double? { baselines[phase] }

  /// The event before which nothing counts as evidence for a phase, or for all where it is nil.
  func refutation(of phase: PhaseName?) -> Int { phase.map { refuted[$0] ?? 0 } ?? refuted.values.max() ?? 0 }

  /// What is said last of a phase, by itself or with all others.
  package func word(on phase: PhaseName) -> Word? { words[phase] ?? byDefault }
}
