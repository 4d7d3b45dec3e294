import JSON
import Pipeline
import TestSupport
import Testing

/// What a model does to the tests that are to judge it.
@Suite struct EvidenceTests {
  private static func write(_ path: String, _ text: String) -> JSONValue { TestProject.write(path, text) }
  private static let delete = TestProject.call("delete_file", ["path": "test.sh"])
  private static let look = TestProject.call("read_file", ["path": "test.sh"])

  /// A first step that does this, and reviews that approve all that it touched.
  private static func rules(_ calls: [JSONValue], touching paths: [String]) -> [JSONValue] {
    [
      TestProject.rule(["phase": "coding"], calls + [TestProject.finish], times: 1),
      TestProject.rule(["phase": "qa"], (["out.txt"] + paths).map { TestProject.approve($0) }),
    ]
  }

  private static func task(_ project: TestProject, _ number: Int = 1) async throws -> TaskRecord? {
    try await project.state().task(TaskID(number: number))
  }

  @Test(arguments: ["good\n", "bad\n"])
  func aTaskThatDeletesTheOnlyTestIsNotDone(content: String) async throws {
    let project = try TestProject()
    let rules = Self.rules([Self.write("out.txt", content), Self.look, Self.delete], touching: ["test.sh"])
    let result = try await project.run(rules, overrides: ["limits.task_attempts=2"])
    #expect(result.outcome == .partial, "\(result.message)")
    #expect(project.folder.text(of: "test.sh") == TestProject.small["test.sh"])
    let reason = try await Self.task(project)?.reason ?? ""
    #expect(reason.contains("deleted 'test.sh'") && reason.contains("Put 'test.sh' back."), "\(reason)")
  }

  @Test func aDeletedTestThatIsPutBackProvesTheTask() async throws {
    let project = try TestProject()
    let test = try #require(TestProject.small["test.sh"])
    let result = try await project.run(
      [TestProject.rule(["phase": "debugging"], [Self.write("test.sh", test), TestProject.finish], times: 1)]
        + Self.rules([Self.write("out.txt", "good\n"), Self.look, Self.delete], touching: ["test.sh"])
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await Self.task(project)?.approval?.isSelfJudged == false)
  }

  @Test func aDeletedTestIsShownToWhoIsToPutItBack() async throws {
    let project = try TestProject()
    let rules = Self.rules([Self.write("out.txt", "bad\n"), Self.look, Self.delete], touching: ["test.sh"])
    _ = try await project.run(rules, overrides: ["limits.task_attempts=1"])
    let error = try await Self.task(project)?.lastError ?? ""
    #expect(error.contains("'test.sh' held:\n\n```\ntest \"$(cat out.txt)\" = good"), "\(error)")
  }

  @Test func aFileThatATaskLaysBesideTheTestsProvesNothing() async throws {
    var files = TestProject.small
    files["test.sh"] = "! test -e tests/setup.sh || . ./tests/setup.sh\n" + (files["test.sh"] ?? "")
    let project = try TestProject(files)
    let setup = Self.write("tests/setup.sh", "echo '1 passed, 0 failed'\nexit 0\n")
    let result = try await project.run(
      Self.rules([Self.write("out.txt", "bad\n"), setup], touching: ["tests/setup.sh"])
    )
    // The first review finds it out, and what is done about it holds without the file.
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == "good\n")
  }

  @Test(arguments: ["good\n", "bad\n"])
  func aCheckThatATaskRewroteIsRepeatedAsItWas(content: String) async throws {
    var files = TestProject.small
    files["verify.sh"] = files.removeValue(forKey: "test.sh")
    let project = try TestProject(files)
    let calls = [
      Self.write("out.txt", content), TestProject.call("read_file", ["path": "verify.sh"]),
      Self.write("verify.sh", "# It is easy now.\n# And says so.\ntrue && echo '1 passed, 0 failed'\n"),
    ]
    let result = try await project.run(
      Self.rules(calls, touching: ["verify.sh"]),
      overrides: [#"checks.commands=[{"name": "verify", "command": ["sh", "./verify.sh"]}]"#]
    )
    #expect(result.outcome == (content == "good\n" ? .complete : .unverified), "\(result.message)")
    #expect(try await Self.task(project)?.approval?.isSelfJudged == (content == "bad\n"))
  }

  @Test func testsThatATaskMadeForItselfProveNothing() async throws {
    let project = try TestProject(["MASTER_PLAN.md": "Write out.txt."])
    let calls = [Self.write("out.txt", "bad\n"), Self.write("test.sh", "echo '1 passed, 0 failed'\n")]
    let result = try await project.run(Self.rules(calls, touching: ["test.sh"]))
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(try await Self.task(project)?.approval?.isSelfJudged == true)
  }

  /// A plan of two tasks, the second after the first.
  private static func plan(_ first: String, _ second: String) -> JSONValue {
    let tasks: [JSONValue] = [
      ["description": "First.", "target_files": [.string(first)]],
      ["description": "Second.", "target_files": [.string(second)], "depends_on": [1]],
    ]
    return TestProject.rule(["phase": "planning"], [TestProject.call("plan_tasks", ["tasks": .array(tasks)])])
  }

  private static func coding(_ task: String, _ calls: [JSONValue], touching paths: [String]) -> [JSONValue] {
    [
      TestProject.rule(["phase": "coding", "task": .string(task)], calls + [TestProject.finish]),
      TestProject.rule(["phase": "qa", "task": .string(task)], paths.map { TestProject.approve($0) }),
    ]
  }

  @Test(arguments: ["a.txt", "test.sh"])
  func testsThatOneTaskMadeProveNothingOfAnother(target: String) async throws {
    let project = try TestProject(["MASTER_PLAN.md": "Write a.txt and b.txt."])
    let test = Self.write("test.sh", "test -e b.txt && echo '1 passed, 0 failed'\n")
    let result = try await project.run(
      [Self.plan(target, "b.txt")]
        + Self.coding("t1", [Self.write("a.txt", "a\n"), test], touching: ["a.txt", "test.sh"])
        + Self.coding("t2", [Self.write("b.txt", "b\n")], touching: ["b.txt"])
    )
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(try await Self.task(project, 2)?.approval?.isSelfJudged == false)
  }

  @Test func aTestThatWasWeakenedWhileAllFailedIsFoundOutAtTheEnd() async throws {
    let project = try TestProject([
      "MASTER_PLAN.md": "Write a.txt and b.txt.",
      "test.sh": "test \"$(cat a.txt)\" = good && test \"$(cat b.txt)\" = good && echo '1 passed, 0 failed'\n",
    ])
    let weak = Self.write(
      "test.sh",
      "# Only the second file matters.\ntest \"$(cat b.txt)\" = good && echo '1 passed'\n"
    )
    let result = try await project.run(
      [
        Self.plan("a.txt", "b.txt"),
        TestProject.rule(["phase": "debugging", "task": "t1"], [Self.write("a.txt", "good\n"), TestProject.finish]),
      ]
        + Self.coding("t1", [Self.write("a.txt", "bad\n"), Self.look, weak], touching: ["a.txt", "test.sh"])
        + Self.coding("t2", [Self.write("b.txt", "good\n")], touching: ["b.txt"])
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "a.txt") == "good\n")
  }
}
