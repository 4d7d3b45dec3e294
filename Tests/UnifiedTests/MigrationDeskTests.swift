import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// From the rules to the arbiter and back, on evidence.
@Suite struct MigrationDeskTests {
  private let project: TestProject

  init() throws {
    project = try TestProject()
  }

  private func desk(_ overrides: [String] = []) throws -> MigrationDesk {
    let configuration = try project.configuration(url: "http://127.0.0.1:9", overrides)
    return MigrationDesk(project: project.folder.path, configuration: configuration, command: "test")
  }

  private func reader() throws -> JournalReader? {
    try JournalReader.open(StateFolder(ofProject: project.folder.path))
  }

  private func stage() throws -> MigrationStage { try MigrationStage(try reader()) }

  private func store<T>(_ body: (StateManager) async throws -> T) async throws -> T {
    let folder = StateFolder(ofProject: project.folder.path)
    try folder.make()
    return try await body(try StateManager(path: folder.database))
  }

  /// Puts a comparison on record in which the traditional runs had this share of good QA steps of ten.
  private func compared(_ phases: Set<PhaseName>, _ quality: Direction, good: Int = 9) async throws {
    func run(done: Int) -> RunMeasures {
      var measures = RunMeasures()
      measures.outcome = done == 1 ? .complete : .partial
      measures.tasks = ["done": done]
      measures.phases = ["qa": PhaseMeasures(steps: 10, failed: 10 - good)]
      return measures
    }
    let pair = ComparisonPair(
      traditional: run(done: quality == .better ? 0 : 1),
      orchestrated: run(done: quality == .worse ? 0 : 1)
    )
    let report = ComparisonReport(
      project: project.folder.path,
      time: "2026-03-01T09:30:00.250Z",
      checkpoint: SnapshotID(number: 1),
      phases: phases,
      pairs: [pair, pair, pair]
    )
    let event = ComparisonEvent(
      verdict: report.verdict.word.rawValue,
      reasons: report.verdict.reasons,
      phases: report.phases,
      report: try JSONValue(encoding: report)
    )
    try await store { _ = try await $0.commit([], [.comparison(event)]) }
  }

  @Test func nothingIsPromotedWithoutEvidence() async throws {
    let refusal = await #expect(throws: RunRefusal.self) { try await desk().promote(.qa, forced: false) }
    #expect(refusal?.description.contains("autonomy compare --phases qa") == true)
    try await compared([.qa], .worse)
    let second = await #expect(throws: RunRefusal.self) { try await desk().promote(.qa, forced: false) }
    #expect(second?.description.contains("says: worse") == true)
    #expect(try stage().orchestrated == [])
  }

  @Test func forceIsRecordedAsSuch() async throws {
    _ = try await desk().promote(.qa, forced: true)
    let word = try #require(try stage().word(on: .qa))
    #expect(word.event.isForced)
    #expect(word.event.baseline == nil)
    #expect(word.event.reason.hasPrefix("It was wanted without evidence."))
  }

  @Test(arguments: [Direction.better, .same])
  func aComparisonThatSpeaksForItPromotes(quality: Direction) async throws {
    try await compared([.qa], quality)
    _ = try await desk().promote(.qa, forced: true)
    let word = try #require(try stage().word(on: .qa))
    #expect(!word.event.isForced)
    #expect(word.event.baseline == 0.9)
    #expect(try stage().orchestrated == [.qa])
  }

  @Test func theNextPhaseWantsAComparisonOfBothOrOfItself() async throws {
    try await compared([.qa], .better)
    _ = try await desk().promote(.qa, forced: false)
    await #expect(throws: RunRefusal.self) { try await desk().promote(.coding, forced: false) }
    // What is known of both together counts more than what is known of one.
    try await compared([.qa, .coding], .worse)
    try await compared([.coding], .better)
    await #expect(throws: RunRefusal.self) { try await desk().promote(.coding, forced: false) }
    try await compared([.qa, .coding], .better)
    _ = try await desk().promote(.coding, forced: false)
    #expect(try stage().orchestrated == [.qa, .coding])
  }

  @Test func demotingAlwaysWorksAndTheDefaultIsOfAllPhases() async throws {
    try await compared(Set(PhaseName.allCases), .better)
    _ = try await desk().promote(nil, forced: false)
    #expect(try stage().isFull)
    #expect(try stage().orchestrated == Set(PhaseName.allCases))
    try await desk().demote(.coding)
    #expect(try stage().orchestrated == Set(PhaseName.allCases).subtracting([.coding]))
    try await desk().demote(nil)
    #expect(try stage().orchestrated == [])
    #expect(try !stage().isFull)
  }

  /// A run of the orchestrated mode whose review came to nothing as often as said, of ten times.
  private func run(_ number: Int, failed: Int, in store: StateManager) async throws {
    let id = RunID(number: number)
    let start = RunStartedEvent(
      mode: "orchestrated",
      modeOrigin: "test",
      limits: RunLimits(),
      models: [:],
      sandbox: "none",
      project: "p"
    )
    var events: [Event] = [.runStarted(start)]
    for step in 1...10 {
      events.append(
        .phaseFinished(
          PhaseFinishedEvent(
            step: step,
            phase: .qa,
            result: step <= failed ? "no verdict" : "approved",
            reason: "",
            calls: 1,
            promptTokens: 0,
            outputTokens: 0,
            seconds: 0
          )
        )
      )
    }
    let result = ResultEvent(
      outcome: .complete,
      exitCode: 0,
      message: "",
      tasks: [:],
      checks: [:],
      steps: 10,
      calls: 10,
      promptTokens: 0,
      outputTokens: 0,
      seconds: 0
    )
    let record = RunRecord(id: id, mode: "orchestrated", limits: RunLimits())
    _ = try await store.commit([.runStarted(record)], events)
    _ = try await store.commit(
      [.runEnded(.complete, message: "", tree: nil)],
      [.result(result)]
    )
  }

  /// Promoted with all others, on the evidence of all, or of its own before.
  @Test(arguments: [true, false])
  func aPhaseOfAFullMigrationIsWatchedToo(isComparedWhole: Bool) async throws {
    try await compared(isComparedWhole ? Set(PhaseName.allCases) : [.qa], .better)
    if !isComparedWhole { _ = try await desk().promote(.qa, forced: false) }
    _ = try await desk().promote(nil, forced: !isComparedWhole)
    #expect(try stage().baseline(of: .qa) == 0.9)
    try await store { store in
      for number in 1...3 { try await run(number, failed: 4, in: store) }
    }
    #expect(try await desk(["orchestration.auto=true"]).review().map(\.phase) == [.qa])
    #expect(try stage().orchestrated == Set(PhaseName.allCases).subtracting([.qa]))
  }

  @Test func evidenceFromBeforeAnAutomaticDemotionDoesNotCount() async throws {
    try await compared([.qa], .better)
    _ = try await desk().promote(.qa, forced: false)
    try await store { store in
      for number in 1...3 { try await run(number, failed: 4, in: store) }
    }
    #expect(try await desk(["orchestration.auto=true"]).review().map(\.phase) == [.qa])
    let refusal = await #expect(throws: RunRefusal.self) { try await desk().promote(.qa, forced: false) }
    #expect(refusal?.description.contains("since it went back to the rules") == true)
    try await compared([.qa], .better)
    _ = try await desk().promote(.qa, forced: false)
    #expect(try stage().orchestrated == [.qa])
  }

  @Test(arguments: [([2, 3, 3], false), ([3, 4, 4], true), ([9, 9], false), ([9, 9, 9, 1, 1, 1], false)])
  func aPhaseThatDoesWorseIsDemotedWhereThatIsWanted(failed: [Int], isDemoted: Bool) async throws {
    try await compared([.qa], .better)
    _ = try await desk().promote(.qa, forced: false)
    try await store { store in
      for (index, failed) in failed.enumerated() { try await run(index + 1, failed: failed, in: store) }
    }
    #expect(try await desk().review() == [])
    #expect(try stage().orchestrated == [.qa])
    let demoted = try await desk(["orchestration.auto=true"]).review()
    #expect(demoted.map(\.phase) == (isDemoted ? [.qa] : []))
    #expect(try stage().orchestrated == (isDemoted ? [] : [.qa]))
    if isDemoted {
      #expect(demoted.first?.isAutomatic == true)
      #expect(demoted.first?.reason.contains("against 90 % by the rules") == true)
      // Once more there is nothing to take back.
      #expect(try await desk(["orchestration.auto=true"]).review() == [])
    }
  }
}
