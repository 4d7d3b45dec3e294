import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// 'autonomy status --export' and '--import', as a user goes from one folder to another.
@Suite struct StateTransferTests {
  /// One task that takes two answers.
  private static let scenario = """
    { "models": [{ "name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"] }],
      "rules": [
        { "when": { "phase": "planning" }, "reply": { "tool_calls": [{ "name": "plan_tasks", "arguments":
          { "tasks": [{ "description": "Write a.txt.", "target_files": ["a.txt"] }] } }] } },
        { "when": { "phase": "coding", "last_role": "user" }, "reply": { "tool_calls": [
          { "name": "write_file", "arguments": { "path": "a.txt", "content": "hello" } }] } },
        { "when": { "phase": "coding", "last_role": "tool" }, "reply": { "tool_calls": [
          { "name": "finish", "arguments": { "summary": "It is there." } }] } },
        { "when": { "phase": "qa" }, "reply": { "tool_calls": [{ "name": "approve", "arguments": { "path": "a.txt" } }] } }
      ] }
    """

  private func project(_ files: [String: String] = [:]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("test -f a.txt && echo '1 passed'\n", to: "test.sh")
    try folder.write("{ sandbox: \"off\" }", to: "autonomy.json")
    for (path, text) in files { try folder.write(text, to: path) }
    return folder
  }

  @Test func aRunGoesOnInAnotherFolder() async throws {
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: JSONValue(parsing: Self.scenario)))
    let environment = ["OLLAMA_HOST": server.url]
    let first = try project()
    let run = await Invocation("run", "--no-docs", "--budget-calls", "2", in: first.path, environment: environment)
    #expect(run.exitCode == 4)
    let shelf = try TemporaryDirectory()
    let file = shelf.appending("state.json")
    let exported = await Invocation("status", "--export", file, in: first.path)
    #expect(exported.exitCode == 0)
    #expect(exported.output.contains("(1 run, 1 task, "), "\(exported.output)\(exported.errors)")

    let second = try project(["a.txt": "hello"])
    let imported = await Invocation("status", "--import", file, "--json", in: second.path)
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(try imported.result["tasks"] == 1)
    let words = ["resume", "--no-docs", "--budget-calls", "50", "--json"]
    let resumed = await Invocation(words: words, in: second.path, environment: environment)
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    let lines = try resumed.lines
    #expect(lines.first?["type"] == "run.resumed")
    #expect(lines.first?["run"] == "r1")
    #expect(lines.first?["step"] == 2)
    let earlier = try await Invocation("log", "--json", in: first.path).lines
    #expect(lines.first?["seq"]?.integer == earlier.count)
    #expect(lines.last?["calls"] == 4)
    // The first folder can go on by itself.
    #expect(await Invocation(words: words, in: first.path, environment: environment).exitCode == 0)
    await server.stop()
  }

  @Test func aStateOfTheFirstVersionIsReadForEver() async throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "# Plan\n\nWrite the word good into out.txt, and the word fine into more.txt.\n",
      to: "MASTER_PLAN.md"
    )
    try folder.write("test \"$(cat out.txt)\" = good && echo '1 passed, 0 failed'\n", to: "test.sh")
    try folder.write("{ sandbox: \"off\" }", to: "autonomy.json")
    try folder.write("fine\n", to: "more.txt")
    let fixture = Self.fixtures + "/version-1.json"
    let imported = await Invocation("status", "--import", fixture, in: folder.path)
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(imported.output.contains("! The state referred to 3 checkpoints"), "\(imported.output)")
    let status = await Invocation("status", in: folder.path)
    #expect(status.output.hasPrefix("Run r1 · orchestrated · ! interrupted\n"), "\(status.output)")
    #expect(status.output.contains("? q1 (t1): Good or well?"))
    #expect(await Invocation("why", "5", in: folder.path).output.contains("root cause: the wrong word"))
    #expect(await Invocation("answer", "q1", "good", in: folder.path).exitCode == 0)

    let scenario = try JSONValue(
      parsing: """
        { "models": [{ "name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"] }],
          "rules": [
            { "when": { "phase": "debugging", "task": "t2" }, "reply": { "tool_calls": [
              { "name": "finish", "arguments": { "summary": "It is mended." } }] } },
            { "when": { "phase": "coding", "task": "t1" }, "reply": { "tool_calls": [
              { "name": "write_file", "arguments": { "path": "out.txt", "content": "good\\n" } },
              { "name": "finish", "arguments": { "summary": "It is there." } }] } },
            { "when": { "phase": "qa", "task": "t1" }, "reply": { "tool_calls": [
              { "name": "approve", "arguments": { "path": "out.txt" } }] } },
            { "when": { "phase": "qa", "task": "t2" }, "reply": { "tool_calls": [
              { "name": "approve", "arguments": { "path": "more.txt" } }] } } ] }
        """
    )
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: scenario))
    let resumed = await Invocation(
      "resume",
      "--no-docs",
      in: folder.path,
      environment: ["OLLAMA_HOST": server.url]
    )
    await server.stop()
    #expect(resumed.exitCode == 0, "\(resumed.output)\(resumed.errors)")
    #expect(resumed.errors.contains("Mode     traditional (default)\n"))
    #expect(resumed.errors.contains("! The run was orchestrated until now."))
    let after = await Invocation("status", in: folder.path)
    #expect(after.output.hasPrefix("Run r1 · traditional, began as orchestrated · ✓ complete\n"), "\(after.output)")
    let log = await Invocation("log", in: folder.path)
    #expect(log.output.contains("Run continued, after interrupted, now traditional (default) instead of orchestrated"))
  }

  @Test func aStateOfTheFirstSchemaIsBroughtUpToDate() async throws {
    let text = try #require(contentsOfFile(Self.fixtures + "/version-1.json"))
    var tables = try #require(try JSONValue(parsing: text)["tables"]?.object)
    for later in ["rollback", "conversation"] { tables[later] = nil }
    Self.remove(["checkpoints", "isTakenBack"], from: "task", in: &tables)
    Self.remove(["wasAskedAbout", "restores"], from: "task_counter", in: &tables)
    Self.remove(["reserveSpent"], from: "run", in: &tables)
    let older: JSONValue = [
      "format": "autonomy state", "version": 1, "schema": 1, "checkpoints": [], "tables": .object(tables),
    ]
    let folder = try TemporaryDirectory()
    try folder.write(older.text(.indented), to: "older.json")
    let imported = await Invocation("status", "--import", "older.json", in: folder.path)
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(await Invocation("status", in: folder.path).output.hasPrefix("Run r1 · orchestrated · ! interrupted\n"))
  }

  @Test(arguments: [
    (["--export", "a", "--import", "b"], "Give either '--export' or '--import'."),
    (["--replace"], "'--replace' goes with '--import'."),
    (["--export", ""], "The value of '--export' is empty"),
  ])
  func wrongUsageIsNamed(_ words: [String], _ message: String) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation(words: ["status"] + words, in: folder.path)
    #expect(invocation.exitCode == 2)
    #expect(invocation.errors.contains(message))
    #expect(folder.names().isEmpty)
  }

  @Test func outcomesHaveTheirExitCodes() async throws {
    let folder = try project()
    #expect(await Invocation("status", "--export", "x.json", in: folder.path).exitCode == 2)
    let fixture = Self.fixtures + "/version-1.json"
    let state = StateFolder(ofProject: folder.path)
    try state.make()
    let lock = try ProjectLock(folder: state.path, command: "autonomy run")
    let conflict = await Invocation("status", "--import", fixture, "--json", in: folder.path)
    #expect(conflict.exitCode == 8)
    #expect(try conflict.result["outcome"] == "conflict")
    withExtendedLifetime(lock) {}
  }

  private static func remove(_ members: [String], from table: String, in tables: inout JSONObject) {
    let rows = (tables[table]?.array ?? []).map { row -> JSONValue in
      guard var object = row.object, var record = row["record"]?.object else { return row }
      for member in members { record[member] = nil }
      object["record"] = .object(record)
      return .object(object)
    }
    tables[table] = .array(rows)
  }

  private static let fixtures: String = {
    "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Fixtures/states"
  }()
}
