import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Two tasks in a row; the check is content with the first before the second is there.
enum TwoTaskProject {
  static let files = [
    "MASTER_PLAN.md": "# Plan\n\nWrite a.txt, then b.txt.\n",
    "test.sh": "test \"$(cat a.txt)\" = a && echo '1 passed, 0 failed'\n",
    "mine.txt": "the user's\n",
  ]

  static let rules: [JSONValue] = [
    TestProject.rule(
      ["phase": "planning"],
      [
        TestProject.call(
          "plan_tasks",
          [
            "tasks": [
              ["description": "Write a.", "target_files": ["a.txt"]],
              ["description": "Write b.", "target_files": ["b.txt"], "depends_on": [1]],
            ]
          ]
        )
      ]
    ),
    TestProject.rule(["phase": "coding", "task": "t1"], [TestProject.write("a.txt", "a\n"), TestProject.finish]),
    TestProject.rule(["phase": "coding", "task": "t2"], [TestProject.write("b.txt", "b\n"), TestProject.finish]),
    TestProject.rule(["phase": "qa", "task": "t1"], [TestProject.approve("a.txt")]),
    TestProject.rule(["phase": "qa", "task": "t2"], [TestProject.approve("b.txt")]),
    TestProject.rule(["phase": "documentation"], [TestProject.finish]),
  ]

  /// What goes before `rules` where the first task fails for good, with two attempts; it leaves two files.
  static func failingRules(mended text: String = "worse\n") -> [JSONValue] {
    [
      TestProject.rule(
        ["phase": "coding", "task": "t1"],
        [TestProject.write("a.txt", "wrong\n"), TestProject.write("new.txt", "new\n"), TestProject.finish]
      ),
      TestProject.rule(["phase": "debugging"], [TestProject.write("a.txt", text), TestProject.finish]),
      TestProject.rule(
        ["phase": "qa", "task": "t1"],
        [TestProject.call("report_issue", ["path": "a.txt", "kind": "logic", "description": "Wrong."])]
      ),
    ]
  }

  /// A run whose first task fails.
  static func fail(_ project: TestProject, _ overrides: [String] = []) async throws {
    let result = try await project.run(
      failingRules() + rules,
      wellBehaved: false,
      overrides: ["limits.task_attempts=2"] + overrides
    )
    #expect(result.outcome == .partial, "\(result.message)")
  }

  /// The project before any run.
  static func fresh(_ more: [String: String] = [:]) throws -> TestProject {
    try TestProject(files.merging(more) { $1 })
  }

  /// The project after a run that did everything.
  static func completed() async throws -> TestProject {
    let project = try fresh()
    let result = try await project.run(rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    return project
  }
}

extension TestProject {
  /// What the user may do with the checkpoints.
  func desk() throws -> CheckpointDesk {
    CheckpointDesk(project: folder.path, configuration: try configuration(url: "http://127.0.0.1:9"), command: "test")
  }

  /// Rolls back, as a start of the program of its own.
  @discardableResult
  func rollBack(to target: RollbackTarget, _ foreign: ForeignChanges = .refuse) async throws -> CheckpointRestoredEvent
  {
    try await desk().use { try await $0.rollBack(to: target, foreign) }
  }

  /// Rolls back in vain; answers what is said to the user.
  func refusedRollback(to target: RollbackTarget) async -> RunRefusal? {
    await #expect(throws: RunRefusal.self) { try await rollBack(to: target) }
  }
}
