import SourceControl

/// Runs the project's checks for the coordinator and the phases, and journals what they showed and left behind.
package struct CheckService: Sendable {
  let journal: Journal
  private let runner: any CheckRunning
  private let project: any ProjectScanning
  private let copies: any ProjectCopying
  /// Whether they run in the project itself, and not in a worktree of it.
  private let isInProject: Bool

  package init(
    runner: any CheckRunning,
    project: any ProjectScanning,
    copies: any ProjectCopying,
    journal: Journal,
    isInProject: Bool = true
  ) {
    self.runner = runner
    self.project = project
    self.copies = copies
    self.journal = journal
    self.isInProject = isInProject
  }

  /// Finds the checks that apply now, to the project or to a copy of it.
  package func definitions(in root: String? = nil) async throws -> [CheckDefinition] {
    let found = try await Self.translating { try await runner.discover(in: root) }
    if root == nil { journal.recorder?.note(found) } else { journal.recorder?.note(.copyChecks(found)) }
    return found
  }

  /// Runs every check that applies now; failures count by the rules for `task`, or all where that is nil.
  ///
  /// The note goes with results that have none of their own.
  package func runAll(step: Int?, judging task: TaskID? = nil, note: String? = nil) async throws -> [CheckResult] {
    var results: [CheckResult] = []
    for check in try await definitions() {
      results.append(try await run(check, step: step, judging: task, note: note))
    }
    if isInProject {
      let statuses = Dictionary(results.map { ($0.name, $0.status) }) { $1 }
      if await journal.state.latestChecks != statuses { try await journal.commit([.checksRan(statuses)]) }
    }
    return results
  }

  /// Runs one check by its name; nil if there is none of that name now.
  package func run(named name: String, step: Int) async throws -> CheckResult? {
    guard let check = try await definitions().first(where: { $0.name == name }) else { return nil }
    return try await run(check, step: step, judging: nil, counts: false)
  }

  /// Runs every check that applies in a copy of the project, in which files hold `contents` or are left out.
  func runAll(
    inCopyWith contents: [ProjectPath: [UInt8]?],
    step: Int?,
    note: String,
    counts: (CheckResult, PipelineState) -> Bool
  ) async throws -> [(result: CheckResult, counts: Bool)] {
    try await Self.translating {
      try await copies.withCopy(replacing: contents) { root in
        var results: [(result: CheckResult, counts: Bool)] = []
        for check in try await definitions(in: root) {
          var result = try await result(of: check, in: root)
          journal.recorder?.note(.check(RecordedCheck(result: result)))
          result.note = [result.note, note].compactMap(\.self).joined(separator: " ")
          let isCounted = counts(result, await journal.state)
          try await self.journal(result, step: step, counts: isCounted)
          results.append((result, isCounted))
        }
        return results
      }
    }
  }

  /// Whether a failure counts against a task: it is new since the last approval, or all the rest is done.
  package static func counts(_ result: CheckResult, against task: TaskID, in state: PipelineState) -> Bool {
    guard result.status != .passed else { return false }
    // A check that passed and now runs no test has lost its tests, which must not pass for success.
    if state.approvedChecks[result.name] == .passed { return true }
    guard result.status.isFailure else { return false }
    return state.tasks.allSatisfy { $0.id == task || $0.status == .done }
  }

  private func run(
    _ check: CheckDefinition,
    step: Int?,
    judging task: TaskID?,
    counts: Bool = true,
    note: String? = nil
  ) async throws -> CheckResult {
    let state = await journal.state
    let before = try await listing(state)
    var result = try await result(of: check, in: nil)
    // What it left is recorded with it.
    let after = try await OwnTraces.$areKept.withValue(true) { try await listing(state) }
    let isCounted = task.map { Self.counts(result, against: $0, in: state) } ?? (counts && result.status.isFailure)
    await record(result, paths: after.paths(differingFrom: before), after: after)
    result.note = result.note ?? note
    try await noteTraces(of: check, before: before, after: after, step: step)
    try await journal(result, step: step, counts: isCounted)
    return result
  }

  /// What is looked at before a check and after it, to see what it has done.
  ///
  /// By-products that are known are among it in a worktree alone, where nobody else sees a model read one that a check has
  /// made or changed again.
  private func listing(_ state: PipelineState) async throws -> ProjectListing {
    let written = state.writtenFiles(inProject: isInProject)
    return try await project.listing(excluding: isInProject ? state.byProducts : [], including: written)
  }

  /// Runs a check; secrets in what it printed are hidden from all that follows.
  private func result(of check: CheckDefinition, in root: String?) async throws -> CheckResult {
    var result = try await Self.translating { try await runner.run(check, in: root) }
    result.output = journal.secrets.mask(result.output)
    return result
  }

  private func record(_ result: CheckResult, paths: [ProjectPath], after: ProjectListing) async {
    guard let recorder = journal.recorder else { return }
    let files = await recorder.keep(paths, of: after, in: project, limit: RunRecorder.mostLeft)
    recorder.note(.check(RecordedCheck(result: result, files: files)))
  }

  /// What a check creates is a by-product, unless a task works on it; a file of the project that it changes is worth a
  /// warning.
  private func noteTraces(
    of check: CheckDefinition,
    before: ProjectListing,
    after: ProjectListing,
    step: Int?
  ) async throws {
    guard before.tree != after.tree else { return }
    let state = await journal.state
    let worked = Set(state.tasks.flatMap(\.reviewedPaths))
    let created = Set(
      after.files.keys.filter { before.files[$0] == nil && !worked.contains($0) && !state.byProducts.contains($0) }
    )
    let changed = after.paths(differingFrom: before.files).filter {
      !created.contains($0) && !state.byProducts.contains($0)
    }
    var changes: [StateChange] = []
    var events: [Event] = []
    if !created.isEmpty { changes.append(.byProductsFound(created)) }
    if !changed.isEmpty {
      if isInProject { changes.append(.filesKnown(try await known(changed, in: after, without: created))) }
      let names = changed.map { "'\($0)'" }.joined(separator: ", ")
      events.append(
        .warning(MessageEvent(message: "The check '\(check.name)' changed \(names) in the project.", step: step))
      )
    }
    try await journal.commit(changes, events)
  }

  /// What the state learns of files that a check has changed.
  private func known(
    _ changed: [ProjectPath],
    in after: ProjectListing,
    without created: Set<ProjectPath>
  ) async throws -> [ProjectPath: ObjectID?] {
    // Before the first step nothing is known, and the files beside these would seem to be somebody's doing.
    let isFirst = try await journal.store.knownFiles().isEmpty
    let paths = isFirst ? after.files.keys.filter { !created.contains($0) } : changed
    return Dictionary(paths.map { ($0, after.files[$0]) }) { $1 }
  }

  private func journal(_ result: CheckResult, step: Int?, counts: Bool) async throws {
    let event = CheckFinishedEvent(
      step: step,
      check: result.name,
      status: result.status,
      exitCode: result.exitCode,
      tests: result.testsRun,
      seconds: result.duration / .seconds(1),
      counts: counts,
      note: result.note,
      output: result.status == .passed ? nil : result.outputTail(2000)
    )
    try await journal.commit([], [.checkFinished(event)])
  }

  /// A machine that cannot run checks ends the run; it says nothing about the project.
  private static func translating<T>(_ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as SandboxError {
      throw StepStop.environment("\(error)")
    } catch let error as ProcessError {
      throw StepStop.environment("\(error)")
    } catch let error as ScratchCopyError {
      throw StepStop.environment("\(error)")
    }
  }
}

extension CheckResult {
  /// The end of the output, where test runners say what failed.
  package func outputTail(_ bytes: Int) -> String {
    guard output.utf8.count > bytes else { return output }
    return "…" + String(decoding: output.utf8.suffix(bytes).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
  }

  /// The result in words, for a model or a user.
  package func report(tailBytes: Int = 6000) -> String {
    // Why it is absent is said by its note, where it has one.
    var line = "The check '\(name)' \(status == .absent && note != nil ? "proves nothing" : status.words)"
    if let exitCode, status == .failed { line += " (exit code \(exitCode))" }
    if let testsRun, status != .absent { line += ", \(testsRun) \(testsRun == 1 ? "test" : "tests") ran" }
    line += "."
    if let note { line += " \(note)" }
    return status == .passed || output.isEmpty ? line : "\(line)\n\n```\n\(outputTail(tailBytes))\n```"
  }
}

extension CheckResult.Status {
  package var words: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .absent: "ran no test"
    case .timedOut: "did not end in time"
    }
  }
}
