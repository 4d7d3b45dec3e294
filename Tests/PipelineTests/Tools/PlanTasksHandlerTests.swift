@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct PlanTasksHandlerTests {
  private func task(_ description: String, _ targets: [String], after: [Int] = []) -> JSONValue {
    [
      "description": .string(description), "target_files": .array(targets.map { .string($0) }),
      "depends_on": .array(after.map { .integer($0) }),
    ]
  }

  @Test func takesAPlanThatHolds() async throws {
    var stage = try ToolStage(.planning, files: ["a.c": "x"])
    let answer = try await stage.call(
      "plan_tasks",
      [
        "tasks": [
          task("One.", ["a.c", "./a.c", "new/b.c"]),
          ["description": "Two.", "target_files": ["a.c"], "depends_on": [1, 1], "priority": 7],
        ]
      ]
    )
    let first = PlannedTask(description: "One.", targets: ["a.c", "new/b.c"])
    let second = PlannedTask(description: "Two.", targets: ["a.c"], dependsOn: [1], priority: 7)
    #expect(answer.effect == .plan([first, second]))
  }

  @Test(arguments: [
    ("src", "Task 1: 'src' is a folder; name the files in it."),
    ("new/", "Task 1: 'new/' is a folder; name the files in it."),
    ("MASTER_PLAN.md", "Task 1: 'MASTER_PLAN.md' belongs to the user and is never changed."),
    (".git/config", "Task 1: '.git/config' is closed to models, like everything in '.git'."),
    (".autonomy/x", "Task 1: '.autonomy/x' is closed to models, like everything in '.autonomy'."),
    ("../x", "Task 1: '../x' lies outside the project. Give a path inside it, such as 'src/main.c'."),
    ("src/../x", "Task 1: 'src/../x' has a '..' in it. Give the path without it, such as 'src/main.c'."),
    ("pipe", "Task 1: 'pipe' is no regular file."),
    ("src/a.c/b", "Task 1: 'src/a.c/b' cannot be: 'src/a.c' is no folder."),
  ])
  func refusesATarget(target: String, reason: String) async throws {
    var stage = try ToolStage(.planning, files: ["src/a.c": "x", ".git/config": "x"])
    #expect(unsafe mkfifo(stage.folder.appending("pipe"), 0o600) == 0)
    #expect(
      await stage.reason(against: "plan_tasks", ["tasks": [task("One.", [target])]])
        == "The plan was not accepted.\n- \(reason)"
    )
  }

  @Test func givesAllReasonsAtOnce() async throws {
    var stage = try ToolStage(.planning)
    let reason = await stage.reason(
      against: "plan_tasks",
      ["tasks": [task("One.", ["a"]), task("One.", ["a"]), task("Two.", ["../x"], after: [3, 9]), task("Three.", [])]]
    )
    #expect(
      reason
        == """
        The plan was not accepted.
        - Task 3: '../x' lies outside the project. Give a path inside it, such as 'src/main.c'.
        - Task 4 has no target file.
        - Task 2 is the same as task 1.
        - Task 3 depends on itself.
        - Task 3 depends on task 9, but there are 4 tasks.
        """
    )
  }

  @Test func refusesAFileInWhatIsAFileToAnotherTask() async throws {
    var stage = try ToolStage(.planning)
    let reason = await stage.reason(
      against: "plan_tasks",
      ["tasks": [task("One.", ["add.py/x.py"]), task("Two.", ["add.py"], after: [3])]]
    )
    #expect(
      reason
        == """
        The plan was not accepted.
        - 'add.py/x.py' of task 1 lies in 'add.py', which is a file of task 2.
        - Task 2 depends on task 3, but there are 2 tasks.
        """
    )
  }

  @Test func namesACircle() async throws {
    var stage = try ToolStage(.planning)
    let tasks: [JSONValue] = [
      task("One.", ["a"]), task("Two.", ["b"], after: [4]), task("Three.", ["c"], after: [2]),
      task("Four.", ["d"], after: [1, 3]),
    ]
    #expect(
      await stage.reason(against: "plan_tasks", ["tasks": .array(tasks)])
        == "The plan was not accepted.\n- The tasks 2 → 4 → 3 → 2 wait for each other in a circle."
    )
  }

  @Test(arguments: [0, 101]) func refusesTooFewAndTooMany(count: Int) async throws {
    var stage = try ToolStage(.planning)
    let tasks = (0..<count).map { task("Task \($0).", ["f\($0)"]) }
    #expect(await stage.reason(against: "plan_tasks", ["tasks": .array(tasks)]).hasPrefix("A plan has 1 to 100 tasks"))
  }

  @Test func takesAHundredTasksInAChain() async throws {
    var stage = try ToolStage(.planning)
    let tasks = (1...100).map { task("Task \($0).", ["f"], after: $0 < 100 ? [$0 + 1] : []) }
    try await stage.call("plan_tasks", ["tasks": .array(tasks)])
  }

  @Test func refusesATargetThatIsTooLargeToBeRead() async throws {
    var stage = try ToolStage(.planning, files: ["big.c": ""])
    #expect(unsafe truncate(stage.folder.appending("big.c"), Workspace.largestFile + 1) == 0)
    let reason = await stage.reason(against: "plan_tasks", ["tasks": [task("One.", ["big.c"])]])
    #expect(reason.contains("Task 1: 'big.c' has 16777217 bytes"), "\(reason)")
  }

  @Test(.asSuperuser) func refusesATargetThatTheUserMayNotRead() async throws {
    await #expect(processExitsWith: .success) {
      var stage = try ToolStage(.planning, files: ["theirs.c": "x"])
      unsafe chmod(stage.folder.path, 0o755)
      unsafe chmod(stage.folder.appending("theirs.c"), 0o600)
      seteuid(65_534)
      let tasks: JSONValue = [["description": "One.", "target_files": ["theirs.c"]]]
      let reason = await stage.reason(against: "plan_tasks", ["tasks": tasks])
      seteuid(0)
      #expect(reason.contains("Task 1: Could not read 'theirs.c': Permission denied."), "\(reason)")
    }
  }
}
