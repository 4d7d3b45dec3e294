import Pipeline
import SourceControl
import TestSupport
import Testing

/// What pytest itself says, on machines that have it.
@Suite(.enabled("pytest cannot be imported on this machine", { try await CheckFixtures.hasPytest() }))
struct PytestTests {
  private let folder: TemporaryDirectory

  private static let passing = "def test_a(): pass\n"
  private static let skipped = "import pytest\n@pytest.mark.skip\ndef test_a(): pass\n"
  private static let leaving = "import os\ndef test_a(): os._exit(0)\n"

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func runner(_ sandbox: Sandbox = .off) -> CheckRunner {
    CheckRunner(project: folder.path, sandbox: sandbox, environment: CheckFixtures.environment)
  }

  private static let runs: [(options: String, test: String, ran: Int?)] = [
    ("-qq", passing, 1), ("-q", passing, 1), ("-v", passing, 1), ("--no-summary --color=yes", passing, 1),
    ("-q", skipped, nil), ("", skipped, nil), ("--collect-only", passing, nil), ("-q --collect-only", passing, nil),
    ("", leaving, nil), ("--fixtures", passing, nil), ("--setup-plan", passing, nil), ("-k other", passing, nil),
  ]

  @Test(arguments: TestEnvironment.some(runs, by: 4))
  func tellsOfTestsThatRanWhateverItsOptionsAre(options: String, test: String, ran: Int?) async throws {
    try folder.write(test, to: "test_a.py")
    try folder.write("[pytest]\naddopts = \(options)\n", to: "pytest.ini")
    let check = try #require(try await runner().discover().first)
    let result = try await runner().run(check)
    #expect(result.status == (ran == nil ? .absent : .passed), "\(result.output)")
    if let ran { #expect(result.testsRun == ran) }
  }

  private static let files = [
    "pytest.ini": "[pytest]\naddopts = -k right\n",
    "tox.ini": "[pytest]\naddopts = -k right\n",
    "setup.cfg": "[tool:pytest]\naddopts = -k right\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-k right'\n",
    "conftest.py": "def pytest_collection_modifyitems(items): del items[1:]\n",
  ]

  /// Runs the check with a file that hides a failure, and in a copy without it.
  private func statuses(hiddenBy file: String, in sandbox: Sandbox) async throws -> [CheckResult.Status] {
    try folder.write("def test_right(): pass\ndef test_wrong(): assert False\n", to: "test_a.py")
    try folder.write(try #require(Self.files[file]), to: file)
    let runner = runner(sandbox)
    let check = try #require(try await runner.discover().first)
    let inPlace = try await runner.run(check)
    let apart = try await ScratchCopy.with(of: folder.path, replacing: [try ProjectPath(file): nil]) { copy in
      try await runner.run(check, in: copy.root)
    }
    return [inPlace.status, apart.status]
  }

  @Test(arguments: TestEnvironment.some(files.keys.sorted(), by: 5))
  func aCopyInTheOpenIsJudgedByNothingAboveIt(file: String) async throws {
    #expect(try await statuses(hiddenBy: file, in: .off) == [.passed, .failed])
  }

  @Test(
    .whereChecksAreShutIn,
    arguments: TestEnvironment.some(files.keys.sorted(), by: 3)
  )
  func aCopyThatIsShutInIsJudgedByNothingAboveIt(file: String) async throws {
    let sandbox = try #require(try await CheckFixtures.sandbox())
    #expect(try await statuses(hiddenBy: file, in: sandbox) == [.passed, .failed])
  }
}
