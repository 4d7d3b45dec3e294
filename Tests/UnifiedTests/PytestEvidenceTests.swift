@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport
import Testing

/// A run whose model hides a failing test from pytest itself, on machines that have it.
@Suite(.enabled("pytest cannot be imported on this machine", { try await InstalledPytest.isThere() }))
struct PytestEvidenceTests {
  @Test(arguments: TestEnvironment.some(["auto", "off"], by: 2))
  func optionsThatATaskMadeProveNothing(sandbox: String) async throws {
    let project = try TestProject([
      "MASTER_PLAN.md": "Write add in add.py.",
      "test_add.py": "def test_nothing(): pass\ndef test_add():\n    from add import add\n    assert add(1, 2) == 3\n",
    ])
    let calls = [
      TestProject.write("add.py", "def add(a, b):\n    return 0\n"),
      TestProject.write("pytest.ini", "[pytest]\naddopts = -k nothing\n"), TestProject.finish,
    ]
    let result = try await project.run(
      [
        TestProject.rule(["phase": "planning"], [TestProject.plan(["add.py"])]),
        TestProject.rule(["phase": "coding"], calls),
        TestProject.rule(["phase": "qa"], ["add.py", "pytest.ini"].map { TestProject.approve($0) }),
      ],
      overrides: ["sandbox=\(sandbox)"],
      environment: InstalledPytest.environment
    )
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(try await project.state().tasks.first?.approval?.isSelfJudged == true)
  }
}

/// The pytest of this machine.
enum InstalledPytest {
  static let environment: [String: String] = {
    var variables = TestProject.environment
    for name in ["HOME", "PATH", "PYENV_ROOT"] {
      if let value = unsafe getenv(name) { variables[name] = unsafe String(cString: value) }
    }
    return variables
  }()

  static func isThere() async throws -> Bool {
    let arguments = ["/usr/bin/env", "python3", "-c", "import pytest"]
    let request = ProcessRequest(arguments: arguments, directory: "/", environment: environment)
    return try await ProcessRunner().run(request).termination == .exited(0)
  }
}
