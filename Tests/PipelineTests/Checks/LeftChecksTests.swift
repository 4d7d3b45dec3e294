import Pipeline
import TestSupport
import Testing

/// What becomes of checks whose run was killed.
@Suite struct LeftChecksTests {
  private let project: TemporaryDirectory

  init() throws {
    project = try TemporaryDirectory()
  }

  /// A process that looks like a check's, of a run that is gone unless `mark` is nil.
  private func sleep(cache: String, mark: String?) -> Task<ProcessResult, any Error> {
    let variables = ["CHECK_CACHE=\(cache)"] + (mark.map { ["AUTONOMY_PROCESS_TREE=\($0)"] } ?? [])
    let request = ProcessRequest(
      arguments: ["env"] + variables + ["sh", "-c", "touch '\(project.path)/started'; sleep 60 & sleep 60"],
      directory: "/",
      environment: ["PATH": "/usr/bin:/bin"],
      timeLimit: .seconds(60)
    )
    return Task { try await ProcessRunner().run(request) }
  }

  private func started() async throws {
    while project.bytes(of: "started") == nil { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// A process that cannot exist, so that it is nobody's parent.
  private static let gone = "2000000000.1"

  @Test(arguments: ["cache", "scratch/abc.cache", "worktrees/task-t1/.autonomy/cache"])
  func whatAKilledRunLeftIsEnded(cache: String) async throws {
    let left = sleep(cache: "\(project.path)/.autonomy/\(cache)", mark: Self.gone)
    try await started()
    #expect(try await LeftChecks.end(of: project.path) > 0)
    #expect(try await left.value.termination == .signalled(9))
  }

  @Test func whatIsRunOrOfAnotherProjectGoesOn() async throws {
    let other = try TemporaryDirectory()
    let left = sleep(cache: "\(other.path)/.autonomy/cache", mark: Self.gone)
    try await started()
    TemporaryDirectory.remove(project.appending("started"))
    let own = sleep(cache: "\(project.path)/.autonomy/cache", mark: nil)
    try await started()
    #expect(try await LeftChecks.end(of: project.path) == 0)
    for task in [left, own] {
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }
}
