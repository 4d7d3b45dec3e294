import JSON
import Orchestration
import Persistence
package import Pipeline
import SourceControl

/// Runs the whole pipeline again from a record: no server, no process, and nothing outside of a folder of its own.
package struct Replay: Sendable {
  private let record: RecordedRun
  /// The folder of the store that has the record's checkpoints.
  private let checkpoints: String
  /// Where the replay's own folder is made.
  private let parent: String
  private let sinks: [any EventSink]

  /// Takes a record and the folder of a store with its checkpoints; works in a folder of its own in `parent`.
  package init(_ record: RecordedRun, checkpoints: String, in parent: String, sinks: [any EventSink] = []) {
    self.record = record
    self.checkpoints = checkpoints
    self.parent = parent
    self.sinks = sinks
  }

  /// Plays every start of the program on the run, up to the first difference.
  ///
  /// Throws `RunRefusal` where the record lacks what a replay needs.
  package func run() async throws -> ReplayReport {
    let parts = record.parts()
    guard !parts.isEmpty else {
      throw RunRefusal(.configuration, "Of '\(record.id)' nothing is on record that a replay could begin from.")
    }
    try refuseUnordered()
    var report = ReplayReport()
    for (part, ended) in zip(parts, Self.stepsEnded(in: parts)) {
      try Task.checkCancellation()
      let tape = try await play(part, ended: ended)
      try Task.checkCancellation()
      report.parts += 1
      report.events += tape.eventsPlayed
      if let difference = tape.difference {
        report.difference = difference.inView(of: part.missingFiles)
        return report
      }
      report.result = part.events.compactMap { if case .result(let result) = $0 { result } else { nil } }.last
    }
    return report
  }

  private func refuseUnordered() throws(RunRefusal) {
    guard record.isUnordered else { return }
    throw RunRefusal(
      .configuration,
      "'\(record.id)' worked on several tasks at once, and its version of this program did not record in which order, so "
        + "it cannot be played again."
    )
  }

  /// Makes a worktree with the files that a start of the program found.
  private func worktree(
    for purpose: Worktree.Purpose,
    _ name: String,
    _ part: RecordedRun.Part
  ) async throws -> Worktree {
    guard let checkpoint = part.start.checkpoint else {
      throw RunRefusal(.configuration, "The files that '\(record.id)' began with could not be captured.")
    }
    do {
      return try await Worktree.make(
        for: purpose,
        name,
        in: parent,
        at: checkpoint,
        with: part.start.checkpoints,
        of: checkpoints
      )
    } catch SnapshotError.unknown(let id) {
      throw RunRefusal(
        .configuration,
        "'\(record.id)' cannot be played: the checkpoint '\(id)' that it began with is not there any more."
      )
    }
  }

  /// The steps that came to their end in each part and were not gone on with in a later one.
  private static func stepsEnded(in parts: [RecordedRun.Part]) -> [[Int]] {
    var last: [Int: Int] = [:]
    for (index, part) in parts.enumerated() {
      for case .phaseStarted(let start) in part.events { last[start.step] = index }
    }
    return parts.enumerated().map { index, part in
      part.events.compactMap { event in
        if case .phaseFinished(let end) = event, last[end.step] == index { end.step } else { nil }
      }
    }
  }

  private func play(_ part: RecordedRun.Part, ended: [Int]) async throws -> ReplayTape {
    let worktree = try await worktree(for: .replay, "\(record.id)", part)
    let tape = ReplayTape(record, part, in: worktree.path)
    do {
      try await play(part, tape, ended: ended)
    } catch {
      try? await worktree.remove()
      throw error
    }
    try await worktree.remove()
    return tape
  }

  /// Plays the record up to where a step was decided on, with a state in the worktree's own database, and leaves both.
  ///
  /// Throws `RunRefusal` where the run has no such step, and `ReplayStopped` where the replay comes to something else
  /// before it; then nothing is left.
  package func fork(before step: Int, as name: String) async throws -> Worktree {
    try refuseUnordered()
    let part = try record.part(deciding: step)
    let worktree = try await worktree(for: .fork, name, part)
    let tape = ReplayTape(record, part, in: worktree.path, before: step)
    do {
      try await play(part, tape, keepingStateIn: StateFolder(ofProject: worktree.path).database)
      try Task.checkCancellation()
      guard tape.isAtEnd else { throw ReplayStopped(difference: tape.difference) }
    } catch {
      try? await worktree.remove()
      throw error
    }
    return worktree
  }

  private func play(
    _ part: RecordedRun.Part,
    _ tape: ReplayTape,
    ended: [Int] = [],
    keepingStateIn kept: String? = nil
  ) async throws {
    let (start, root) = (part.start, tape.root)
    let database = kept ?? ":memory:"
    let configuration = try Configuration(entries: start.configuration)
    let executor = QueueExecutor(label: "autonomy.replay")
    // Whatever is lost with the power can be played again.
    let workspace = try Workspace(
      root: root,
      executor: executor,
      isDurable: false,
      witness: ReplayWitness(tape: tape)
    )
    let scanner = ProjectScanner(workspace: workspace)
    try tape.write(start.byProducts.filter(\.isKept), "A check had left", in: root)
    let listing = try await scanner.listing(
      excluding: Set(start.byProducts.map(\.path)),
      including: start.tasks.writtenFiles(inProject: true)
    )
    let manager: StateManager
    do {
      manager = try StateManager(path: database, executor: executor, beginningFrom: (start, listing.files))
    } catch let error as StoredValueError {
      throw RunRefusal(.configuration, "'\(record.id)' cannot be played: \(error)")
    }
    let store = ReplayStore(store: manager, tape: tape)
    let isOrchestrated = !start.settings.orchestrated.isEmpty || start.settings.isShadowed
    let bus = EventBus(sinks)
    let failures = isOrchestrated ? RecentFailures() : nil
    try await failures?.follow(bus, from: manager)
    let journal = Journal(store: store, sink: bus, recorder: nil, order: tape)
    let run: RunRecord
    do {
      run = try await RunStart(journal: journal, settings: start.settings).begin()
    } catch is ReplayTape.Stop {
      return
    }
    let clock = ReplayClock()
    let checkpoints = CheckpointStore(
      project: workspace.root,
      store: store,
      settings: configuration.checkpoint,
      executor: executor,
      isKept: kept != nil,
      sink: bus,
      order: tape
    )
    for lane in start.lanes ?? [] { try await restore(lane, from: checkpoints, tape) }
    var parts = RunParts(
      executor: executor,
      workspace: workspace,
      scanner: ReplayProject(scanner: scanner, tape: tape, root: root, store: manager),
      journal: journal,
      client: ReplayModel(tape: tape, clock: clock),
      models: start.models,
      sandbox: .off,
      checkpoints: checkpoints,
      roles: start.roleModels,
      store: manager
    )
    parts.clock = clock
    parts.interpreterModel = start.interpreter
    parts.checks = { ReplayChecks(tape: tape, project: $0) }
    parts.copies = { ReplayCopies(project: $0) }
    parts.worktrees = checkpoints
    parts.preparation = ReplayPreparation(tape: tape, configuration: configuration)
    parts.search = ReplaySearch(tape: tape)
    parts.candidates = start.candidates
    parts.watch = ReplayWatch(tape: tape)
    parts.failures = failures
    if let failures, !start.settings.isShadowed {
      parts.prompts = EnhancedPrompts(failures: failures, phases: start.settings.orchestrated)
    }
    _ = await RunAssembly(configuration: configuration, environment: [:])
      .run(parts, record: run, settings: start.settings)
    await bus.flush()
    tape.finish()
    try await compareTranscripts(of: ended, tape, manager)
  }

  /// What was said last in a step was never sent again, so that no request has shown whether it is the same.
  private func compareTranscripts(of steps: [Int], _ tape: ReplayTape, _ manager: StateManager) async throws {
    for step in steps where tape.difference == nil && !tape.isAtEnd {
      // Files of earlier versions lack those of steps that did not ask.
      guard let recorded = record.transcripts[step] else { continue }
      let now = try await manager.transcript(of: step)
      let pairs = zip(recorded, now)
      let place = pairs.enumerated().first { !HiddenText.isSame($1.0.json, $1.1.json) }?.offset
      guard place != nil || recorded.count != now.count else { continue }
      let index = place ?? min(recorded.count, now.count)
      func text(_ entries: [TranscriptEntry]) -> String {
        entries.indices.contains(index) ? entries[index].json.text() : ""
      }
      tape.differ("Message \(index + 1) of what was said in it is another", in: step, text(recorded), text(now))
    }
  }
}

extension Replay {
  /// Makes the worktree of a task as a start of the program found it.
  private func restore(_ lane: RecordedLane, from checkpoints: CheckpointStore, _ tape: ReplayTape) async throws {
    let name = lane.name.dropFirst(Worktree.Purpose.task.name("").utf8.count)
    let worktree = try await checkpoints.makeWorktree(for: .task, String(name), at: lane.base)
    try tape.write(lane.files, "A task had changed", in: worktree.path)
  }
}

/// A replay that did not come to the step that it was to end before.
package struct ReplayStopped: Error {
  /// Where it was not what the record says; nil where the record ends before.
  package let difference: ReplayDifference?
}

extension RecordedRun {
  /// Whether steps were under way at once without a record of their order, as in earlier versions.
  var isUnordered: Bool { parts().contains { $0.start.usesWorktrees && $0.start.lanes == nil } }

  /// The start of the program that decided on a step.
  ///
  /// Throws `RunRefusal` where the run has no such step.
  func part(deciding step: Int) throws(RunRefusal) -> Part {
    let parts = parts()
    if let part = parts.first(where: { $0.steps.contains(step) }) { return part }
    let steps = parts.flatMap { $0.steps }
    let words = steps.isEmpty ? "it has none on record" : "its steps are \(steps.min() ?? 0) to \(steps.max() ?? 0)"
    throw RunRefusal(.configuration, "'\(id)' decided on no step \(step); \(words).")
  }
}

extension RecordedRun.Part {
  /// The project's files that the checkpoint does not have from which a replay begins.
  fileprivate var missingFiles: [ProjectPath] {
    events.lazy.compactMap { event in
      if case .checkpointCreated(let made) = event, made.checkpoint == start.checkpoint { made.skipped } else { nil }
    }.first ?? []
  }

  /// The steps that were decided on in it.
  fileprivate var steps: [Int] {
    events.compactMap { if case .decision(let decision) = $0 { decision.step } else { nil } }
  }
}

/// What a replay came to.
package struct ReplayReport: Sendable {
  /// How many starts of the program were played.
  package var parts = 0
  /// How many events were the same.
  package var events = 0
  /// How the run ended; nil where it was killed.
  package var result: ResultEvent?
  /// Where the replay was not what the record says.
  package var difference: ReplayDifference?

  package init(difference: ReplayDifference? = nil) {
    self.difference = difference
  }
}

extension RecordedStart {
  /// Whether tasks were worked on in worktrees, several at once.
  fileprivate var usesWorktrees: Bool {
    let tasks = tables.first { $0.name == "task" }?.rows ?? []
    return settings.jobs != nil || tasks.contains { $0["record"]?["lane"] != nil }
  }

  /// The models of the orchestrated mode; nil in the traditional one.
  fileprivate var roleModels: RoleModels? {
    guard let arbiter = roles["arbiter"] else { return nil }
    var models = RoleModels(arbiter: arbiter, specialists: [:])
    for role in SpecialistRole.allCases { models.specialists[role] = roles[role.rawValue] }
    return models
  }
}
