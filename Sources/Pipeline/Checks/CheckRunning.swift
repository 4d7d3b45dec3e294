/// A way to find the checks of a project and to run one of them.
package protocol CheckRunning: Sendable {
  /// Finds the checks that apply now to `root`, a scratch copy of the project, or to the project itself if `root` is
  /// nil; cheap enough to call before every review.
  func discover(in root: String?) async throws -> [CheckDefinition]

  /// Runs `check` in `root`, a scratch copy of the project, or in the project itself if `root` is nil.
  ///
  /// A check that fails, hangs or is absent is a result. Throws `CancellationError` when cancelled, and `SandboxError`
  /// or `ProcessError` where the machine, not the project, is at fault.
  func run(_ check: CheckDefinition, in root: String?) async throws -> CheckResult
}

extension CheckRunning {
  /// Finds the checks that apply to the project itself.
  package func discover() async throws -> [CheckDefinition] { try await discover(in: nil) }

  /// Runs checks one after the other, because they share the project's files.
  package func run(_ checks: [CheckDefinition], in root: String?) async throws -> [CheckResult] {
    var results: [CheckResult] = []
    for check in checks { results.append(try await run(check, in: root)) }
    return results
  }
}
