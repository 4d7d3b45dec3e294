import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// A key of the environment that turns up in a run: it is nowhere on record, and the run can be had again.
///
/// `TestProject` plays each run, without the key.
@Suite struct SecretTests {
  private static let key = "sk-SECRET-abcdef1234567890"

  private let environment = TestProject.environment.merging(["OLLAMA_API_KEY": key]) { $1 }

  /// The bytes of everything in the database.
  private func database(of project: TestProject) throws -> String {
    let names = ["state.db", "state.db-wal"]
    return names.compactMap { project.folder.bytes(of: ".autonomy/\($0)") }
      .map { String(decoding: $0, as: UTF8.self) }.joined()
  }

  @Test func whatAModelSaysIsHiddenInTheState() async throws {
    let project = try TestProject()
    let plan = TestProject.call(
      "plan_tasks",
      ["tasks": [["description": "Write out.txt with \(Self.key).", "target_files": ["out.txt"]]]]
    )
    let issue: JSONValue = [
      "path": "out.txt", "kind": "logic", "description": "It lacks \(Self.key).", "suggestion": "Add \(Self.key).",
    ]
    let result = try await project.run(
      [
        TestProject.rule(["phase": "planning"], [plan]),
        TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "good\n")], times: 1),
        [
          "when": ["phase": "coding"], "times": 1,
          "reply": [
            "content": "The key is \(Self.key).",
            "tool_calls": [TestProject.call("read_file", ["path": "\(Self.key).txt"])],
          ],
        ],
        TestProject.rule(
          ["phase": "coding"],
          [TestProject.call("finish", ["summary": "the key is \(Self.key)"])]
        ),
        TestProject.rule(["phase": "qa"], [TestProject.call("report_issue", issue)], times: 1),
        TestProject.rule(
          ["phase": "debugging"],
          [TestProject.call("ask_user", ["question": "Is it \(Self.key)?"])],
          times: 1
        ),
      ],
      environment: environment
    )
    #expect(result.outcome == .needsUser, "\(result.message)")
    let task = try #require(try await project.state().tasks.first)
    #expect(task.description == "Write out.txt with [hidden].")
    #expect(task.summary == "the key is [hidden]")
    #expect(task.issues.map(\.description) == ["It lacks [hidden]."])
    #expect(try await project.state().questions.map(\.text) == ["Is it [hidden]?"])
    #expect(!(try database(of: project)).contains("SECRET"))
  }

  @Test func whatIsReadAndSeenInTheProjectCanBeHadAgain() async throws {
    var files = TestProject.small
    files["MASTER_PLAN.md"] = "# Plan\n\nWrite the word good into out.txt. The key is \(Self.key).\n"
    files["key.txt"] = "the key is \(Self.key)\n"
    files["test.sh"] = "cat key.txt; test \"$(cat out.txt)\" = good && echo '1 passed'\n"
    let project = try TestProject(files)
    let result = try await project.run(
      [
        TestProject.rule(
          ["phase": "coding"],
          [
            TestProject.call("read_file", ["path": "key.txt"]),
            TestProject.call("search_files", ["pattern": "key is"]),
            TestProject.call("run_check", ["name": "test.sh"]),
          ],
          times: 1
        )
      ],
      environment: environment
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(!(try database(of: project)).contains("SECRET"))
  }

  @Test func aFileGetsTheKeyThatAModelWritesAndTheReplaySaysWhatItLacks() async throws {
    var files = TestProject.small
    files["test.sh"] = "grep -q SECRET out.txt && echo '1 passed'\n"
    let project = try TestProject(files)
    let result = try await project.run(
      [TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "\(Self.key)\n"), TestProject.finish])],
      environment: environment,
      isPlayed: false
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == "\(Self.key)\n")
    let difference = try #require(try await project.replay().difference)
    #expect(difference.step == 2)
    #expect(difference.cause.hasSuffix("What came before holds a secret, which the record hides; that may be why."))
  }

  @Test func anExportNamesTheFilesThatHoldASecret() async throws {
    let project = try TestProject(TestProject.small.merging(["deep/key.txt": "\(Self.key)\n"]) { $1 })
    _ = try await project.run(environment: environment)
    let export = try await ReplayDesk(project: project.folder.path)
      .export(RunID(number: 1), to: project.folder.appending("run.replay"), mask: SecretMask(environment: environment))
    #expect(export.secretFiles == ["deep/key.txt"])
    #expect(export.size == project.folder.bytes(of: "run.replay")?.count)
  }
}
