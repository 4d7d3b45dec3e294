@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// `autonomy workflow`, with simulated models.
@Suite struct WorkflowTests {
  @Test func resultsGoFromTaskToTask() async throws {
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: WorkflowPlace.flow)
    let run = await place.run("run", "flow.json5")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("build\ntest_parse();\n"))
    #expect(run.output.contains("All 5 tasks have succeeded."))
    #expect(run.errors.contains("scout tests begins with thinker:7b@one"))
    #expect(Set(place.asked) == ["api", "tests", "plan", "build", "extra"])
    #expect(place.folder.names() == [".autonomy", "autonomy.json", "flow.json5"])
    // What has succeeded is not asked for again, nor any server.
    await place.server.stop()
    let again = await place.run("run", "flow.json5", "--json")
    #expect(again.exitCode == 0)
    #expect(try again.result["workflow_outcome"] == "succeeded")
    #expect(try again.result["spent"]?["calls"] == 5)
    #expect(place.asked.count == 5)
  }

  @Test func aFailureIsPartialAndOnlyWhatIsMissingRunsAgain() async throws {
    let rules = """
      [{ "when": { "task": "plan", "nth": 1 }, "reply": { "content": " " } }, \(WorkflowPlace.rules.dropFirst())
      """
    let place = try await WorkflowPlace(rules, flow: WorkflowPlace.flow)
    let run = await place.run("run", "flow.json5", "--json")
    #expect(run.exitCode == 3)
    let result = try run.result
    #expect(result["outcome"] == "partial" && result["workflow_outcome"] == "partial")
    #expect(result["counts"] == ["failed": 1, "skipped": 1, "succeeded": 3])
    #expect(result["tasks"]?.array?[3]["because"] == "plan")
    let again = await place.run("run", "flow.json5")
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(place.asked.suffix(2) == ["plan", "build"])
    #expect(place.asked.count == 6)
    let fresh = await place.run("run", "flow.json5", "--fresh")
    #expect(fresh.exitCode == 0)
    #expect(place.asked.count == 11)
  }

  @Test func aChangedTaskRunsAgainWithAllThatDependOnIt() async throws {
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: WorkflowPlace.flow)
    #expect(await place.run("run", "flow.json5").exitCode == 0)
    try place.folder.write(
      WorkflowPlace.flow.replacing("Which tests are there?", with: "Which tests fail?"),
      to: "flow.json5"
    )
    #expect(await place.run("run", "flow.json5").exitCode == 0)
    #expect(place.asked.suffix(3) == ["tests", "plan", "build"])
    #expect(place.asked.count == 8)
  }

  @Test func aModelOfTheFileThatNobodyHasIsNamedThere() async throws {
    let flow = WorkflowPlace.flow.replacing(#"model: "thinker:7b""#, with: #"model: "other:7b""#)
    let run = try await WorkflowPlace(WorkflowPlace.rules, flow: flow).run("run", "flow.json5")
    #expect(run.exitCode == 2 && run.errors.contains("Name one of these in the workflow's file"), "\(run.errors)")
  }

  @Test func aServerOfTheFileThatThereIsNotIsNamed() async throws {
    let flow = WorkflowPlace.flow.replacing(#"model: "thinker:7b""#, with: #"model: "thinker:7b", server: "on""#)
    let run = try await WorkflowPlace(WorkflowPlace.rules, flow: flow).run("run", "flow.json5")
    #expect(run.exitCode == 2)
    #expect(run.errors.contains("no server for 'thinker:7b': 'on'. Did you mean 'one'? There is 'one'."))
  }

  @Test func aServerThatIsAwayIsNoFailureOfTheWorkflow() async throws {
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: WorkflowPlace.flow)
    let rules = #"[{ "when": {}, "fault": { "kind": "http_status", "status": 503 } }]"#
    let failing = try await WorkflowPlace(rules, flow: WorkflowPlace.flow)
    let failed = await failing.run("run", "flow.json5", "-c", "limits.server_patience=10ms")
    #expect(failed.exitCode == 6)
    #expect(failed.output.contains("'autonomy workflow run FILE' runs what has not succeeded."))
    #expect(!(failed.output + failed.errors).contains("autonomy resume"))
    await place.server.stop()
    let run = await place.run("run", "flow.json5", "-c", "limits.server_patience=10ms")
    #expect(run.exitCode == 6)
  }

  @Test func aWorkflowBelongsToNoRun() async throws {
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: WorkflowPlace.flow)
    #expect(await place.run("run", "flow.json5").exitCode == 0)
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: place.folder.path)))
    #expect(try reader.events().allSatisfy { $0.run == nil })
    #expect(try reader.state().run == nil)
    let status = await Invocation("status", in: place.folder.path)
    #expect(status.output.contains("There was no run in this project yet."))
  }

  @Test func statusTellsWhatCameOfEachTask() async throws {
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: WorkflowPlace.flow)
    #expect(await place.run("status").output.contains("There was no workflow in this project yet."))
    _ = await place.run("run", "flow.json5")
    let words = await place.run("status", "flow")
    #expect(words.output.contains("All 5 tasks have succeeded."))
    let task = await place.run("status", "--task", "plan")
    #expect(task.output == "1. Test parse().\n")
    let lines = await place.run("status", "--json")
    #expect(try lines.lines.count == 6)
    #expect(try lines.result["succeeded"] == 5)
    try place.folder.write(WorkflowPlace.slow, to: "slow.json5")
    let stuck = await place.run("run", "slow.json5", "-c", "limits.run_tokens=256")
    #expect(stuck.exitCode == 4)
    #expect(await place.run("status", "--task", "s1").output == "A budget is spent.\n")
    let unknown = await place.run("status", "flaw")
    #expect(unknown.exitCode == 2)
    #expect(unknown.errors.contains("There was no workflow 'flaw'. Those that ran are 'flow', 'slow'."))
  }

  @Test(arguments: [("absent.json5", "cannot be read"), ("broken.json5", "broken.json5:1: ")])
  func refusesAFileThatIsNone(_ name: String, _ message: String) async throws {
    let place = try await WorkflowPlace("[]", flow: WorkflowPlace.flow)
    try place.folder.write("{ tasks: [", to: "broken.json5")
    let run = await place.run("run", name)
    #expect(run.exitCode == 2)
    #expect(run.errors.contains(message))
    #expect(place.folder.names() == ["autonomy.json", "broken.json5", "flow.json5"])
  }

  /// Three lines through two models of one server, of which one fits, and one of another; one task at a time each.
  private func loads(resident: String) async throws -> (loads: Int, run: Invocation) {
    func server(_ names: String...) async throws -> OllamaSimulator {
      let models = names.map { #"{"name": "\#($0)", "capabilities": ["tools"], "load_ms": 1}"# }
      let scenario = """
        { "models": [\(models.joined(separator: ", "))], "resident": 1,
          "rules": [{ "when": {}, "reply": { "content": "Done." } }] }
        """
      return try await OllamaSimulator(scenario: Scenario(parsing: JSONValue(parsing: scenario)))
    }
    let servers = [try await server("scout:7b", "planner:7b"), try await server("builder:7b")]
    let folder = try TemporaryDirectory()
    try folder.write(
      """
      { servers: { one: { url: "\(servers[0].url)", slots: 1, \(resident) }, two: { url: "\(servers[1].url)", slots: 1 } },
        models: { analysis: "scout:7b", reasoning: "planner:7b", coding: "builder:7b" } }
      """,
      to: "autonomy.json"
    )
    let tasks = (1...4).map { line in
      """
      { id: "s\(line)", phase: "scout", priority: \(line), prompt: "x" },
      { id: "p\(line)", phase: "plan", priority: \(line), prompt: "x", depends_on: ["s\(line)"] },
      { id: "b\(line)", phase: "build", priority: \(line), prompt: "x", depends_on: ["p\(line)"] },
      """
    }
    try folder.write("{ tasks: [\(tasks.joined())] }", to: "lines.json5")
    let run = await Invocation("workflow", "run", "lines.json5", "--json", in: folder.path)
    return (servers.reduce(0) { $0 + $1.summary.loadCount }, run)
  }

  @Test func workForALoadedModelIsDoneBeforeAnotherIsLoaded() async throws {
    let inOrder = try await loads(resident: "")
    let drained = try await loads(resident: "resident: 1")
    // Each line in its turn loads both models of the first server anew; drained, all lines share two loads.
    #expect(inOrder.loads == 9)
    #expect(drained.loads == 3)
    #expect(inOrder.run.exitCode == 0 && drained.run.exitCode == 0)
    // What the servers say of loading is in the result.
    #expect(try drained.run.result["spent"]?["load_seconds"]?.double ?? 0 >= 0.003)
  }

  /// The program, killed in the middle by kill(2), and interrupted by Ctrl-C.
  @Test(arguments: [("KILL", Int32(137)), ("INT", 130), ("TERM", 143)])
  func goesOnWhereItWasStopped(_ signal: String, _ code: Int32) async throws {
    let rules = """
      [{ "when": { "task": "plan" }, "times": 1, "fault": { "kind": "hang" } }, \(WorkflowPlace.rules.dropFirst())
      """
    let place = try await WorkflowPlace(rules, flow: WorkflowPlace.flow)
    // Everything that can be done without the plan is done when the shell sends its signal.
    let stopped = try await Program.shell(
      """
      $PROGRAM workflow run flow.json5 --json >out.jsonl & pid=$!
      until [ "$(grep -c '"moment":"succeeded"' out.jsonl)" = 3 ] && grep -q '"running","task":"plan"' out.jsonl
      do sleep 0.02; done
      kill -\(signal) $pid; wait $pid; echo $?
      """,
      in: place.folder.path
    )
    #expect(stopped.output.text == "\(code)\n")
    let before = place.asked
    let again = await place.run("run", "flow.json5", "--json")
    #expect(again.exitCode == 0, "\(again.output)")
    #expect(Set(before) == ["api", "tests", "extra", "plan"])
    #expect(place.asked.dropFirst(before.count).map { $0 } == ["plan", "build"])
  }
}
