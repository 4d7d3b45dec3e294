package import Pipeline
import Synchronization

/// Checks whose results a test decides.
package final class StubChecks: CheckRunning {
  private let names: [String]
  private let verdict: Mutex<@Sendable (String) -> CheckResult.Status>

  package init(_ names: [String], _ verdict: @escaping @Sendable (String) -> CheckResult.Status) {
    self.names = names
    self.verdict = Mutex(verdict)
  }

  package func discover(in root: String?) -> [CheckDefinition] {
    names.map { CheckDefinition(name: $0, arguments: ["true"]) }
  }

  package func run(_ check: CheckDefinition, in root: String?) -> CheckResult {
    CheckResult(name: check.name, status: verdict.withLock { $0(check.name) })
  }
}
