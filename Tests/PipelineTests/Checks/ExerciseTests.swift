import Pipeline
import SourceControl
import TestSupport
import Testing

/// Real exercises with real tests: they fail on the stub and pass on the solution.
///
/// `AUTONOMY_EXERCISES` names their folder: one folder each, with a stub, its `*_test.py` and `solution/example.py`.
@Suite(.enabled("AUTONOMY_EXERCISES is not set", { CheckFixtures.exercises != nil }))
struct ExerciseTests {
  @Test(arguments: CheckFixtures.exercises.map(CheckFixtures.names) ?? [], ["pytest", "unittest-suffix"])
  func failsOnTheStubAndPassesOnTheSolution(exercise: String, name: String) async throws {
    let source = try #require(CheckFixtures.exercises) + "/" + exercise
    let project = try TemporaryDirectory()
    let files = CheckFixtures.names(in: source).filter { $0.hasSuffix(".py") }
    for file in files { try project.write(try #require(CheckFixtures.text(of: "\(source)/\(file)")), to: file) }
    let stub = try #require(files.first { !$0.hasSuffix("_test.py") })
    let solution = try #require(CheckFixtures.text(of: source + "/solution/example.py"))

    var environment = CheckFixtures.environment
    // A pytest that cannot be imported, so that the check falls back to unittest.
    if name == "unittest-suffix" { environment["PATH"] = try withoutPytest(in: project, environment["PATH"] ?? "") }
    let sandbox = try await Sandbox.probe(.auto, environment: environment)
    let runner = CheckRunner(project: project.path, sandbox: sandbox, environment: environment)
    let checks = try await runner.discover()
    #expect(checks.map(\.name) == [name])
    let check = try #require(checks.first)

    let before = try await runner.run(check)
    #expect(before.status == .failed, "\(before.output)")
    let replaced: [ProjectPath: [UInt8]?] = [try ProjectPath(stub): Array(solution.utf8)]
    let tried = try await ScratchCopy.with(of: project.path, replacing: replaced) { copy in
      try await runner.run(check, in: copy.root)
    }
    #expect(tried.status == .passed, "\(tried.output)")
    try project.write(solution, to: stub)
    let after = try await runner.run(check)
    #expect(after.status == .passed, "\(after.output)")
    #expect(after.testsRun ?? 0 > 0)
    #expect(after.testsRun == tried.testsRun)
    let left = CheckFixtures.names(in: project.path).filter { $0 != ".autonomy" && $0 != "bin" }
    #expect(Set(left) == Set(files))
  }

  private func withoutPytest(in project: TemporaryDirectory, _ path: String) throws -> String {
    let python = try #require(ExecutableSearch.find("python3", path: path, directory: "/"))
    let script = """
      #!/bin/sh
      case "$2" in *find_spec*) exit 1 ;; esac
      exec \(python) "$@"
      """
    try project.write(script, to: "bin/python3", mode: 0o755)
    return project.path + "/bin:" + path
  }
}
