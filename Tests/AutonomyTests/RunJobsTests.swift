@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

/// Runs of the built program that work on several tasks at once.
@Suite struct RunJobsTests {
  private static let count = 8

  /// Eight tasks with a file each, of which the last four depend on the first ones; the first review of one never ends.
  private static func scenario() throws -> Scenario {
    func call(_ name: String, _ arguments: JSONValue) -> JSONValue {
      ["name": .string(name), "arguments": arguments]
    }
    func rule(_ phase: String, _ task: Int, _ calls: [JSONValue]) -> JSONValue {
      [
        "when": ["phase": .string(phase), "task": .string("t\(task)")],
        "reply": ["tool_calls": .array(calls)],
      ]
    }
    let tasks = (1...count).map { number in
      [
        "description": .string("Write f\(number).txt."), "target_files": [.string("f\(number).txt")],
        "depends_on": number > 4 ? [.integer(number - 4)] : [],
      ] as JSONValue
    }
    let plan: JSONValue = [
      "when": ["phase": "planning"], "reply": ["tool_calls": [call("plan_tasks", ["tasks": .array(tasks)])]],
    ]
    let hang: JSONValue = ["when": ["phase": "qa", "task": "t3", "nth": 1], "fault": ["kind": "hang"]]
    let rules = (1...count).flatMap { number -> [JSONValue] in
      let path = JSONValue.string("f\(number).txt")
      let write = call("write_file", ["path": path, "content": .string("\(number)\n")])
      return [
        rule("coding", number, [write, call("finish", ["summary": "Done."])]),
        rule("qa", number, [call("approve", ["path": path])]),
      ]
    }
    return try Scenario(parsing: [
      "models": [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]],
      "rules": .array([plan, hang] + rules),
    ])
  }

  @Test func whoIsKilledGoesOnWithWhatHadNotSucceeded() async throws {
    let server = try await OllamaSimulator(scenario: try Self.scenario())
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite eight files.\n", to: "MASTER_PLAN.md")
    try folder.write("ls f*.txt >/dev/null && echo '1 passed'\n", to: "test.sh")
    try folder.write("{ sandbox: \"off\" }", to: "autonomy.json")
    let environment = ["OLLAMA_HOST": server.url]
    async let running = Program.shell(
      "echo $$ > ../$(basename \(folder.path)).pid; exec $PROGRAM run --no-docs --jobs 4",
      in: folder.path,
      environment: environment
    )
    // One request plans, and each task takes two, but for the one that waits for the third.
    for _ in 0..<15 { _ = try await server.nextRequest() }
    let pidFile = folder.path + ".pid"
    defer { unsafe unlink(pidFile) }
    let text = try #require(contentsOfFile(pidFile))
    kill(try #require(Int32(text.split(separator: "\n").joined())), SIGKILL)
    _ = try await running

    let before = try #require(try JournalReader.open(StateFolder(ofProject: folder.path))?.state())
    let done = Set(before.tasks.filter { $0.status == .done }.map(\.id))
    let coded = Set(before.tasks.filter { $0.status == .inReview }.map(\.id))
    #expect(!done.isEmpty && done.count < Self.count)
    let status = await Invocation("status", in: folder.path)
    #expect(status.output.contains("cut off"))

    let resumed = await Invocation("resume", "--no-docs", "--jobs", "4", in: folder.path, environment: environment)
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    #expect((1...Self.count).allSatisfy { folder.text(of: "f\($0).txt") == "\($0)\n" })
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: folder.path)))
    let events = try reader.events().map(\.event)
    let start = try #require(events.lastIndex { $0.kind == .runResumed })
    let after = events[start...].compactMap { event -> PhaseStartedEvent? in
      if case .phaseStarted(let phase) = event { phase } else { nil }
    }
    #expect(after.allSatisfy { phase in phase.task.map { !done.contains($0) } ?? false })
    #expect(after.allSatisfy { phase in phase.phase != .coding || phase.task.map { !coded.contains($0) } ?? false })
    #expect(try reader.state().tasks.allSatisfy { $0.status == .done && $0.lane == nil })
    #expect(!events.contains { $0.kind == .userChanged })
  }

  @Test func theNumberOfJobsIsChecked() async throws {
    let folder = try TemporaryDirectory()
    for jobs in ["0", "17"] {
      let run = await Invocation("run", "--jobs", jobs, in: folder.path)
      #expect(run.exitCode == 2)
      #expect(run.errors.contains("The value of '--jobs' must be from 1 to 16, not \(jobs)."))
    }
  }
}
