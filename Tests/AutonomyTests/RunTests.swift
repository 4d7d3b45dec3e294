@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// Whole runs, as a user starts and stops them.
@Suite struct RunTests {
  /// One task, which writes the file that the project's test wants; the first request hangs.
  private static let scenario = """
    { "models": [{ "name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"] }],
      "rules": [
        { "when": { "phase": "planning", "nth": 1 }, "fault": { "kind": "hang" } },
        { "when": { "phase": "planning" }, "reply": { "tool_calls": [{ "name": "plan_tasks", "arguments":
          { "tasks": [{ "description": "Write a.txt.", "target_files": ["a.txt"] }] } }] } },
        { "when": { "phase": "coding", "last_role": "user" }, "reply": { "tool_calls": [
          { "name": "write_file", "arguments": { "path": "a.txt", "content": "hello" } },
          { "name": "finish", "arguments": { "summary": "It is there." } }] } },
        { "when": { "phase": "qa" }, "reply": { "tool_calls": [
          { "name": "read_file", "arguments": { "path": "a.txt" } },
          { "name": "approve", "arguments": { "path": "a.txt" } }] } } ] }
    """

  private func project() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("test -f a.txt && echo '1 passed'\n", to: "test.sh")
    try folder.write("{ sandbox: \"off\" }", to: "autonomy.json")
    return folder
  }

  @Test func aPlanThatNobodyHasWrittenIsRefused() async throws {
    let folder = try TemporaryDirectory()
    #expect(await Invocation("init", in: folder.path, environment: ["OLLAMA_HOST": "127.0.0.1:9"]).exitCode == 0)
    let run = await Invocation("run", in: folder.path, environment: ["OLLAMA_HOST": "127.0.0.1:9"])
    #expect(run.exitCode == 2)
    #expect(run.errors.contains("'MASTER_PLAN.md' is still as 'autonomy init' wrote it."))
    #expect(unsafe access(folder.path + "/.autonomy", F_OK) != 0)
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)])
  func aSignalEndsARunInOrderAndResumeGoesOn(_ signal: Int32, _ exitCode: Int) async throws {
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: JSONValue(parsing: Self.scenario)))
    let folder = try project()
    let environment = ["OLLAMA_HOST": server.url]
    async let running = Program.shell(
      "echo $$ > ../$(basename \(folder.path)).pid; exec $PROGRAM run --no-docs",
      in: folder.path,
      environment: environment
    )
    _ = try await server.nextRequest()
    let pidFile = folder.path + ".pid"
    defer { unsafe unlink(pidFile) }
    let text = try #require(contentsOfFile(pidFile))
    kill(try #require(Int32(text.trimmingSpaces())), signal)
    let interrupted = try await running
    #expect(interrupted.exitCode == exitCode)
    #expect(interrupted.output.text.contains("interrupted"))
    #expect(interrupted.output.text.contains("Continue with 'autonomy resume'."))
    let journal = try await Invocation("log", "--json", in: folder.path).lines
    #expect(journal.last { $0["outcome"] == "interrupted" }?["exit_code"]?.integer == exitCode)

    let resumed = await Invocation("resume", "--no-docs", in: folder.path, environment: environment)
    #expect(resumed.exitCode == 0)
    #expect(resumed.errors.contains("run r1 goes on"))
    #expect(folder.text(of: "a.txt") == "hello")

    let again = await Invocation("resume", in: folder.path, environment: environment)
    #expect(again.exitCode == 2)
    #expect(again.errors.contains("The last run, 'r1', has ended (complete)"))
  }

  @Test func theEventsOfARunAreLinesOfJSON() async throws {
    let rules = Self.scenario.replacing(
      #"{ "when": { "phase": "planning", "nth": 1 }, "fault": { "kind": "hang" } },"#,
      with: ""
    )
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: JSONValue(parsing: rules)))
    let folder = try project()
    let environment = ["OLLAMA_HOST": server.url]
    let run = await Invocation("run", "--json", "--no-docs", in: folder.path, environment: environment)
    let lines = try run.lines
    #expect(run.exitCode == 0)
    #expect(run.errors.isEmpty)
    #expect(lines.first?["type"] == "run.started")
    #expect(lines.map { $0["seq"]?.integer } == Array(1...lines.count))
    #expect(lines.last?["outcome"] == "complete")
    #expect(lines.last?["run"] == "r1")
    #expect(lines.last?["exit_code"] == 0)
    // Nothing is left to do: the verdict is repeated, with nothing new in the journal.
    let again = await Invocation("run", "--json", "--no-docs", in: folder.path, environment: environment)
    #expect(try again.lines.count == 1)
    #expect(try again.result["outcome"] == "complete")
    #expect(try again.result["run"] == "r1")
  }

  @Test func aSecondRunIsAConflict() async throws {
    let folder = try project()
    let state = StateFolder(ofProject: folder.path)
    try state.make()
    let lock = try ProjectLock(folder: state.path, command: "autonomy run")
    let run = await Invocation("run", "--json", in: folder.path, environment: ["OLLAMA_HOST": "127.0.0.1:1"])
    #expect(run.exitCode == 8)
    #expect(try run.result["outcome"] == "conflict")
    #expect(run.errors.contains("'autonomy run', process \(getpid())"))
    withExtendedLifetime(lock) {}
  }

  @Test func theDemoEndsCompleteAndSaysThatItsModelsAreSimulated() async throws {
    let folder = try TemporaryDirectory()
    let demo = await Invocation("demo", "tally", in: folder.path, environment: ["PATH": systemPath])
    #expect(demo.exitCode == 0)
    #expect(demo.output.contains("complete"))
    #expect(demo.output.contains("The models were simulated"))
    #expect(demo.errors.contains("The models of this demo are simulated"))
    let words = ["planning", "coding t1", "qa t3           rejected", "debugging t3", "documentation"]
    for word in words { #expect(demo.errors.contains(word), "\(word)") }
    #expect(await Invocation("demo", "tally", in: folder.path).errors.contains("is there already. Give a new folder."))
  }

  @Test func simulateServesUntilItIsStoppedAndCountsWhatNoRuleMatched() async throws {
    let folder = try TemporaryDirectory()
    try folder.write(Self.scenario, to: "scenario.json")
    let script = """
      $PROGRAM simulate --scenario scenario.json >out 2>err & pid=$!
      until grep -q OLLAMA_HOST out; do sleep 0.02; done
      port=$(sed 's/.*://' out)
      $PROGRAM models >models; . ./out; export OLLAMA_HOST; $PROGRAM models >models
      bash -c 'exec 3<>/dev/tcp/127.0.0.1/'$port'; printf "POST /api/chat HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 40\\r\\nConnection: close\\r\\n\\r\\n{\\"model\\":\\"qwen2.5-coder:32b\\",\\"messages\\":[]}" >&3; head -c 12 <&3 >answer'
      kill -INT $pid; wait $pid; echo $?
      """
    let result = try await Program.shell(script, in: folder.path)
    #expect(folder.text(of: "models")?.contains("qwen2.5-coder:32b") == true)
    #expect(folder.text(of: "err")?.contains("1 GET /api/tags -> 200") == true)
    #expect(result.exitCode == 0)
  }

  /// Where the compiler may be.
  private var systemPath: String { unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin" }
}
