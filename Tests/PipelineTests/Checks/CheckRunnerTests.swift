@unsafe @preconcurrency import Glibc
import Pipeline
import TestSupport
import Testing

@Suite struct CheckRunnerTests {
  private let folder: TemporaryDirectory
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryDirectory()
    environment = CheckFixtures.environment
  }

  private func runner(configured: [CheckDefinition]? = nil, extra: [String: String] = [:]) -> CheckRunner {
    CheckRunner(
      project: folder.path,
      sandbox: .off,
      environment: environment.merging(extra) { $1 },
      configured: configured,
      timeLimit: .seconds(60)
    )
  }

  private func result(of script: String, limit: Duration? = nil) async throws -> CheckResult {
    try await runner().run(CheckDefinition(name: "c", arguments: ["sh", "-c", script], timeLimit: limit))
  }

  @Test func passesWithTheStatusZero() async throws {
    let result = try await result(of: "echo fine")
    #expect(result.status == .passed)
    #expect(result.testsRun == nil)
    #expect(result.output == "fine\n")
  }

  @Test func saysOnceThatNoTestRan() {
    let absent = CheckResult(name: "c", status: .absent, exitCode: 0, testsRun: 0, note: "It ran no test.")
    #expect(absent.report() == "The check 'c' proves nothing. It ran no test.")
    #expect(CheckResult(name: "c", status: .absent).report() == "The check 'c' ran no test.")
  }

  @Test func failsWithAnyOtherStatus() async throws {
    let result = try await result(of: "echo bad >&2; exit 3")
    #expect(result.status == .failed)
    #expect(result.exitCode == 3)
    #expect(result.output == "bad\n")
  }

  @Test func saysWhichSignalEndedIt() async throws {
    let result = try await result(of: "kill -SEGV $$")
    #expect(result.status == .failed)
    #expect(result.note == "It was ended by signal 11.")
  }

  @Test func isAbsentWhereItsToolIsMissing() async throws {
    let result = try await runner().run(CheckDefinition(name: "c", arguments: ["no-such-tool", "test"]))
    #expect(result.status == .absent)
    #expect(result.note == "'no-such-tool' is not installed or not in PATH.")
  }

  @Test func isAbsentWhereItsFolderIsMissing() async throws {
    let result = try await runner().run(CheckDefinition(name: "c", arguments: ["true"], directory: "gone"))
    #expect(result.status == .absent)
  }

  @Test func timesOutAtItsOwnLimit() async throws {
    let result = try await result(of: "echo on; sleep 60", limit: .milliseconds(200))
    #expect(result.status == .timedOut)
    #expect(result.exitCode == nil)
    #expect(result.output == "on\n")
  }

  @Test func cutsOutputAtTheCap() async throws {
    let result = try await result(of: "echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last")
    #expect(result.isTruncated)
    #expect(result.output.utf8.count < 1_100_000)
    #expect(result.output.hasSuffix("xxx\nlast\n"))
  }

  @Test func givesNoKeysToTheCheck() async throws {
    let keys = ["OPENAI_API_KEY": "s3cret", "GITHUB_TOKEN": "s3cret", "AWS_SECRET_ACCESS_KEY": "s3cret"]
    let check = CheckDefinition(name: "c", arguments: ["env"])
    let output = try await runner(extra: keys).run(check).output
    #expect(!output.contains("s3cret"))
    #expect(output.contains("TERM=dumb\n"))
    #expect(output.contains("PYTHONDONTWRITEBYTECODE=1\n"))
  }

  @Test func givesAHomeOfItsOwn() async throws {
    let result = try await result(of: "ls -A \"$HOME\"; touch \"$HOME/written\"")
    #expect(result.status == .passed)
    #expect(result.output == "")
  }

  @Test func runsConfiguredChecksInsteadOfFoundOnes() async throws {
    try folder.write("true", to: "test.sh")
    let mine = CheckDefinition(name: "mine", arguments: ["true"])
    #expect(try await runner(configured: [mine]).discover() == [mine])
    #expect(try await runner(configured: []).discover() == [])
    #expect(try await runner().discover().map(\.name) == ["test.sh"])
  }

  @Test func diesWithItsTask() async throws {
    let runner = runner()
    let check = CheckDefinition(name: "c", arguments: ["sh", "-c", "touch started; sleep 60"])
    let task = Task { try await runner.run(check) }
    while folder.bytes(of: "started") == nil { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
