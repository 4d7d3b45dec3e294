import SourceControl

/// What the checks show without what tasks did to the tests and to the checks.
struct EvidenceTrial: Sendable {
  /// What the tests as they were before have found, which the changed ones hide; nil where nothing is hidden.
  var report: String?
  /// Whether what passes does so only by what the tasks did.
  var isSelfMade = false
}

extension CheckService {
  /// Runs the checks again as they were before the tasks, given what they show now.
  ///
  /// A failure that `results` do not show counts, and so does one that counts against `task`, where that is given.
  func trial(
    of changes: EvidenceChanges,
    after results: [CheckResult],
    step: Int?,
    judging task: TaskID? = nil
  ) async throws -> EvidenceTrial {
    var trial = EvidenceTrial()
    let now = Dictionary(results.map { ($0.name, $0.status) }) { $1 }
    if !changes.tests.isEmpty {
      let before = try await repeated(without: changes.tests, step: step) { result, state in
        let isNew = task.map { Self.counts(result, against: $0, in: state) } ?? false
        return Self.isHidden(result, by: now) || isNew && result.status.isFailure
      }
      let counted = before.results.filter(\.counts).map(\.result)
      if !counted.isEmpty {
        trial.report = try await report(counted, changes.tests)
        return trial
      }
      trial.isSelfMade = !before.proves(now)
    }
    let others = changes.definitions + changes.ownProof
    guard now.values.contains(.passed) else { return EvidenceTrial() }
    guard !trial.isSelfMade, !others.isEmpty else { return trial }
    let before = try await repeated(without: changes.tests + others, step: step) { _, _ in false }
    trial.isSelfMade = !before.proves(now)
    return trial
  }

  /// Whether a check fails, or runs tests, of which nothing is to be seen now.
  private static func isHidden(_ result: CheckResult, by now: [String: CheckResult.Status]) -> Bool {
    let status = now[result.name]
    if result.status.isFailure { return status?.isFailure != true }
    return result.status == .passed && (status == nil || status == .absent)
  }

  private struct Repetition {
    var results: [(result: CheckResult, counts: Bool)]
    /// Whether all that the files held before could be had.
    var isComplete: Bool

    /// Whether a check that passes now does so here too, and none fails here that does.
    func proves(_ now: [String: CheckResult.Status]) -> Bool {
      let passing = results.map(\.result).filter { now[$0.name] == .passed }
      return isComplete && passing.contains { $0.status == .passed } && !passing.contains { $0.status.isFailure }
    }
  }

  private func repeated(
    without changes: [FileOrigin],
    step: Int?,
    counts: (CheckResult, PipelineState) -> Bool
  ) async throws -> Repetition {
    var contents: [ProjectPath: [UInt8]?] = [:]
    var isComplete = true
    for change in changes {
      if let before = change.before {
        if let bytes = try await journal.store.blob(before) {
          contents[change.path] = .some(bytes)
        } else {
          isComplete = false
        }
      } else {
        contents[change.path] = .some(nil)
      }
    }
    let note = "It ran with \(Self.list(changes)) as \(changes.count == 1 ? "it was" : "they were") before."
    return Repetition(
      results: try await runAll(inCopyWith: contents, step: step, note: note, counts: counts),
      isComplete: isComplete
    )
  }

  private func report(_ results: [CheckResult], _ tests: [FileOrigin]) async throws -> String {
    let deleted = tests.filter { $0.left == nil }
    let made = tests.filter { $0.before == nil }
    let changed = tests.filter { $0.before != nil && $0.left != nil }
    let deeds = [("changed", changed), ("made", made), ("deleted", deleted)].filter { !$0.1.isEmpty }
    let words = deeds.map { "\($0) \(Self.list($1))" }.joined(separator: " and ")
    let failing = results.filter { $0.status.isFailure }
    let checks = (failing.isEmpty ? results : failing).map { "'\($0.name)'" }.joined(separator: ", ")
    let fault =
      failing.isEmpty
      ? "Only with them as they were does \(checks) run a test." : "With them as they were, \(checks) fails."
    let kind = tests.count == 1 ? "a test that is" : "tests that are"
    var first = "The task \(words), \(kind) none of its targets. \(fault)"
    if !deleted.isEmpty { first += " Put \(Self.list(deleted)) back." }
    var parts = [first] + failing.map { $0.report() }
    for test in deleted {
      guard let id = test.before, let bytes = try await journal.store.blob(id), bytes.count <= Self.mostShown,
        let text = String(validating: bytes, as: UTF8.self)
      else { continue }
      parts.append("'\(test.path)' held:\n\n```\n\(text)\n```")
    }
    return parts.joined(separator: "\n\n")
  }

  /// The bytes of a deleted test that are shown to whoever is to put it back.
  private static let mostShown = 6000

  private static func list(_ files: [FileOrigin]) -> String {
    files.map { "'\($0.path)'" }.joined(separator: ", ")
  }
}
