import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// Runs on record, as a user plays and hands them out.
@Suite struct ReplayCommandTests {
  private func project() async throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("*.log\n", to: ".gitignore")
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("test -f a.txt && echo '1 passed'\n", to: "test.sh")
    let server = try await Self.server(writing: "hello")
    let run = await Invocation(
      "run",
      "--no-docs",
      "-c",
      "sandbox=off",
      in: folder.path,
      environment: ["OLLAMA_HOST": server.url]
    )
    await server.stop()
    try #require(run.exitCode == 0, "\(run.output)\(run.errors)")
    return folder
  }

  /// A server whose model plans a task for each of the files, and writes the text into it.
  private static func server(writing text: String, to paths: [String] = ["a.txt"]) async throws -> OllamaSimulator {
    func rule(_ when: JSONValue, _ calls: [(name: String, arguments: JSONValue)]) -> JSONValue {
      let calls = calls.map { ["name": .string($0.name), "arguments": $0.arguments] as JSONValue }
      return ["when": when, "reply": ["tool_calls": .array(calls)]]
    }
    let tasks = paths.map { ["description": .string("Write \($0)."), "target_files": [.string($0)]] as JSONValue }
    var rules = [rule(["phase": "planning"], [("plan_tasks", ["tasks": .array(tasks)])])]
    for (index, path) in paths.enumerated() {
      let task = JSONValue.string("t\(index + 1)")
      let write: JSONValue = ["path": .string(path), "content": .string(text)]
      let calls = [("write_file", write), ("finish", ["summary": "It is there."])]
      rules.append(rule(["phase": "coding", "task": task], calls))
      rules.append(rule(["phase": "qa", "task": task], [("approve", ["path": .string(path)])]))
    }
    let model: JSONValue = ["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]
    let scenario: JSONValue = ["models": [model], "rules": .array(rules)]
    return try await OllamaSimulator(scenario: try Scenario(parsing: scenario))
  }

  @Test func aRunGoesOnFromAStepInAWorktreeOfItsOwn() async throws {
    let folder = try await project()
    try folder.write("kept", to: "seen.log")
    let server = try await Self.server(writing: "another")
    let words = ["replay", "r1", "--from", "2", "--fork", "--no-docs", "-c", "sandbox=off"]
    for name in ["fork-r1-2", "fork-r1-2-2"] {
      let fork = await Invocation(words: words, in: folder.path, environment: ["OLLAMA_HOST": server.url])
      #expect(fork.exitCode == 0, "\(fork.output)\(fork.errors)")
      let place = ".autonomy/worktrees/\(name)"
      #expect(fork.errors.contains("'\(folder.appending(place))', which stays"))
      #expect(folder.text(of: "\(place)/a.txt") == "another")
      let played = await Invocation("replay", "r1", "-C", folder.appending(place), in: folder.path)
      #expect(played.output.contains("'r1' is the same again"), "\(played.output)\(played.errors)")
    }
    await server.stop()
    #expect(folder.text(of: "a.txt") == "hello" && folder.text(of: "seen.log") == "kept")
    #expect(await Invocation("replay", "r1", in: folder.path).exitCode == 0)
  }

  @Test func aForkInWhichNothingBeganIsGoneAgain() async throws {
    let folder = try await project()
    let words = ["replay", "r1", "--from", "2", "--fork", "-c", "models.coding=nosuch", "-c", "sandbox=off"]
    let server = try await Self.server(writing: "another")
    for (url, code) in [(server.url, 2), ("http://127.0.0.1:9", 6)] {
      let fork = await Invocation(words: words, in: folder.path, environment: ["OLLAMA_HOST": url])
      #expect(fork.exitCode == code, "\(fork.errors)")
      #expect(fork.errors.contains("Nothing began in"), "\(fork.errors)")
      #expect(TemporaryDirectory.names(in: folder.appending(".autonomy/worktrees")) == [])
    }
    await server.stop()
  }

  @Test func aForkThatWasNeverReadyIsGoneWithTheNextStart() async throws {
    let folder = try await project()
    try folder.write("", to: ".autonomy/worktrees/fork-r1-2/.autonomy/state.db")
    try folder.write("", to: ".autonomy/worktrees/fork-r1-2/.autonomy/unfinished/mark")
    try folder.write("", to: ".autonomy/worktrees/fork-r1-3/.autonomy/state.db")
    try folder.write("", to: ".autonomy/worktrees/fork-r1-4/a.txt")
    #expect(await Invocation("replay", "r1", in: folder.path).exitCode == 0)
    #expect(TemporaryDirectory.names(in: folder.appending(".autonomy/worktrees")) == ["fork-r1-3"])
  }

  @Test func aRunWhoseCheckpointsAreElsewhereIsPlayedThere() async throws {
    let folder = try await project()
    TemporaryDirectory.remove(folder.appending(".autonomy/checkpoints"))
    for words in [["replay", "r1"], ["replay", "r1", "--from", "2", "--fork"], ["log", "--export", "r1.replay"]] {
      let invocation = await Invocation(words: words, in: folder.path)
      #expect(invocation.exitCode == 2, "\(words) \(invocation.errors)")
      #expect(invocation.errors.contains("this project has none of its checkpoints"), "\(invocation.errors)")
    }
  }

  @Test func aForkIsInterruptedWhileItGoesOn() async throws {
    let folder = try await project()
    let server = try await OllamaSimulator(
      scenario: try Scenario(
        parsing: [
          "models": [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]],
          "rules": [["when": [:], "fault": ["kind": "hang"]]],
        ]
      )
    )
    let result = try await Program.shell(
      """
      "$PROGRAM" replay r1 --from 2 --fork -c sandbox=off >out 2>&1 & pid=$!
      until grep -q 'coding t1' out; do sleep 0.02; done
      kill -TERM $pid; wait $pid; echo $?
      """,
      in: folder.path,
      environment: ["OLLAMA_HOST": server.url]
    )
    await server.stop()
    #expect(result.output.text == "143\n")
  }

  @Test func aForkSaysWhereItComesFromAndHowToGoOnWithIt() async throws {
    let folder = try await project()
    let server = try await Self.server(writing: "another")
    let fork = await Invocation(
      words: ["replay", "r1", "--from", "2", "--fork", "-c", "sandbox=off", "--budget-calls", "2"],
      in: folder.path,
      environment: ["OLLAMA_HOST": server.url]
    )
    await server.stop()
    let place = folder.appending(".autonomy/worktrees/fork-r1-2")
    #expect(fork.exitCode == 4, "\(fork.output)\(fork.errors)")
    #expect(fork.errors.contains("autonomy resume \(place) --mode traditional -c sandbox=off"))
    #expect(fork.errors.contains("it was forked from 'r1' before step 2"))
    #expect(fork.output.replacing("\n  ", with: " ").contains("Do so in '\(place)'."), "\(fork.output)")
  }

  @Test func aRunWithSeveralJobsIsExportedAndPlayed() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt and b.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("cat *.txt && echo '1 passed'\n", to: "test.sh")
    let server = try await Self.server(writing: "hello", to: ["a.txt", "b.txt"])
    let run = await Invocation(
      words: ["run", "--no-docs", "--jobs", "2", "-c", "sandbox=off"],
      in: folder.path,
      environment: ["OLLAMA_HOST": server.url]
    )
    await server.stop()
    try #require(run.exitCode == 0, "\(run.output)\(run.errors)")
    #expect(folder.text(of: "a.txt") == "hello" && folder.text(of: "b.txt") == "hello")
    let written = await Invocation("log", "--export", "run.replay", in: folder.path)
    #expect(written.exitCode == 0, "\(written.errors)")
    let played = await Invocation("replay", "run.replay", in: folder.path)
    #expect(played.exitCode == 0, "\(played.output)\(played.errors)")
  }

  @Test(arguments: [
    (["--from", "9", "--fork"], "'r1' decided on no step 9; its steps are 1 to 3."),
    (["--from", "2"], "'--from' and '--fork' are given together"), (["--fork"], "are given together"),
    (["--mode", "orchestrated"], "are for '--fork'"), (["-c", "sandbox=off"], "are for '--fork'"),
  ])
  func whatCannotBeForkedIsSaid(_ words: [String], _ message: String) async throws {
    let folder = try await project()
    let refused = await Invocation(words: ["replay", "r1"] + words, in: folder.path)
    #expect(refused.exitCode == 2 && refused.errors.contains(message), "\(refused.errors)")
    #expect(folder.text(of: ".autonomy/worktrees/fork-r1-9/MASTER_PLAN.md") == nil)
  }

  @Test func aRunIsPlayedFromTheProjectAndFromAFile() async throws {
    let folder = try await project()
    let played = await Invocation("replay", "r1", in: folder.path)
    #expect(played.exitCode == 0, "\(played.output)\(played.errors)")
    #expect(played.output.contains("'r1' is the same again"))
    #expect(played.output.contains("It ended as it had: complete."))
    let written = try await Invocation("log", "--export", "run.replay", "--json", in: folder.path).result
    #expect(written["run"] == "r1")
    let elsewhere = try TemporaryDirectory()
    try elsewhere.write(try #require(folder.bytes(of: "run.replay")), to: "run.replay")
    let result = try await Invocation("replay", "run.replay", "--json", in: elsewhere.path).result
    #expect(result["same"] == true)
    #expect(result["outcome"] == "complete")
    var bytes = try #require(elsewhere.bytes(of: "run.replay"))
    bytes[bytes.count / 2] ^= 1
    try elsewhere.write(bytes, to: "run.replay")
    let damaged = await Invocation("replay", "run.replay", in: elsewhere.path)
    #expect(damaged.exitCode == 3)
    #expect(damaged.output.contains("damaged"))
  }

  @Test func whatIsNotThereIsNamed() async throws {
    let folder = try TemporaryDirectory()
    let none = await Invocation("replay", "r1", in: folder.path)
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("There was no run in this project yet."))
    let missing = await Invocation("replay", "nothing.replay", in: folder.path)
    #expect(missing.exitCode == 2)
    #expect(missing.errors.contains("There is no file '\(folder.path)/nothing.replay'."))
    try folder.write("{}", to: "other.json")
    let foreign = await Invocation("replay", "other.json", in: folder.path)
    #expect(foreign.exitCode == 2)
    #expect(foreign.errors.contains("holds no run"))
    let wrong = await Invocation("log", "--export", "f", "--step", "1", in: folder.path)
    #expect(wrong.exitCode == 2)
  }
}
