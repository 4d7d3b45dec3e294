@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// What the user changed since a checkpoint is never rolled back unasked, noticed by a run or not.
@Suite struct UserChangesTests {
  /// A run that ends after its first task, and another that goes on after the user was there in between.
  private func interrupted(_ edit: (TestProject) throws -> Void) async throws -> TestProject {
    let project = try TwoTaskProject.fresh()
    // Planning and the first task's coding, so that no checkpoint is taken for the second before the user comes.
    let first = try await project.run(
      TwoTaskProject.rules,
      wellBehaved: false,
      settings: RunSettings(limits: RunLimits(steps: 2))
    )
    #expect(first.outcome == .budget, "\(first.message)")
    try edit(project)
    let second = try await project.run(
      TwoTaskProject.rules,
      wellBehaved: false,
      settings: RunSettings(limits: RunLimits(steps: 50))
    )
    #expect(second.outcome == .complete, "\(second.message)")
    return project
  }

  /// Where a task began; after a rollback to before it nothing of the task says so any more.
  private func beginning(of number: Int, in project: TestProject) async throws -> RollbackTarget {
    .checkpoint(try #require(try await project.state().task(TaskID(number: number))?.firstCheckpoint))
  }

  @Test func whatARunHasNoticedStaysTheUsers() async throws {
    let project = try await interrupted { project in
      try project.folder.write("the user's, better\n", to: "mine.txt")
      try project.folder.write("new\n", to: "new.txt")
    }
    let beginning = try await beginning(of: 1, in: project)
    let refusal = await project.refusedRollback(to: beginning)
    #expect(refusal?.outcome == .conflict)
    #expect(refusal?.description.contains("'mine.txt', 'new.txt'") == true, "\(refusal?.description ?? "")")
    let done = try await project.rollBack(to: beginning, .keep)
    #expect(done.kept == ["mine.txt", "new.txt"])
    #expect(done.restored == ["a.txt", "b.txt"])
    #expect(project.folder.text(of: "mine.txt") == "the user's, better\n")
    #expect(project.folder.text(of: "new.txt") == "new\n")
    #expect(project.folder.text(of: "a.txt") == nil)
    // What was kept is the user's still.
    #expect(await project.refusedRollback(to: beginning)?.outcome == .conflict)
  }

  @Test func aFileThatTheUserMadeExecutableStaysSo() async throws {
    let project = try await TwoTaskProject.completed()
    #expect(unsafe chmod(project.folder.appending("mine.txt"), 0o755) == 0)
    let target = RollbackTarget.task(TaskID(number: 2))
    #expect(await project.refusedRollback(to: target)?.description.contains("'mine.txt'") == true)
    #expect(try await project.rollBack(to: target, .keep).kept == ["mine.txt"])
    #expect(unsafe access(project.folder.appending("mine.txt"), X_OK) == 0)
    #expect(try await project.rollBack(to: .undo, .refuse).kept.isEmpty)
    #expect(try await project.rollBack(to: target, .overwrite).restored.contains("mine.txt"))
    #expect(try await project.rollBack(to: .undo, .refuse).restored.contains("mine.txt"))
    #expect(unsafe access(project.folder.appending("mine.txt"), X_OK) == 0)
  }

  @Test func whatTheUserChangedBeforeACheckpointIsInIt() async throws {
    let project = try await interrupted { try $0.folder.write("a\n\n", to: "a.txt") }
    let second = try await project.rollBack(to: .task(TaskID(number: 2)))
    #expect(second.restored == ["b.txt"])
    #expect(project.folder.text(of: "a.txt") == "a\n\n")
  }

  @Test func theStartOfARunHoldsWhatTheUserChangedBeforeIt() async throws {
    let project = try await TwoTaskProject.completed()
    // The run takes its first checkpoint before it notices what the user did.
    try project.folder.write("# Plan\n\nWrite a.txt, b.txt, then c.txt.\n", to: "MASTER_PLAN.md")
    try project.folder.write("the user's c\n", to: "c.txt")
    let rules = [
      TestProject.rule(
        ["phase": "planning"],
        [TestProject.call("plan_tasks", ["tasks": [["description": "Write c.", "target_files": ["c.txt"]]]])]
      ),
      TestProject.rule(
        ["phase": "coding"],
        [TestProject.call("read_file", ["path": "c.txt"]), TestProject.write("c.txt", "c\n"), TestProject.finish]
      ),
      TestProject.rule(["phase": "qa"], [TestProject.approve("c.txt")]),
      TestProject.rule(["phase": "documentation"], [TestProject.finish]),
    ]
    let result = try await project.run(rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "c.txt") == "c\n")
    let all = try await project.desk().use { try await $0.list() }
    let start = try #require(all.first { $0.label.message == "r2 starts" })
    let done = try await project.rollBack(to: .checkpoint(start.id))
    #expect(done.restored == ["c.txt"])
    #expect(project.folder.text(of: "c.txt") == "the user's c\n")
  }

  @Test func beforeTheFirstRunAllThatDiffersIsTheUsers() async throws {
    let project = try TwoTaskProject.fresh()
    let first = try await project.desk().use { try await $0.create("A").id }
    try project.folder.write("other\n", to: "mine.txt")
    try project.folder.write("new\n", to: "new.txt")
    TemporaryDirectory.remove(project.folder.appending("test.sh"))
    let refusal = await project.refusedRollback(to: .checkpoint(first))
    #expect(refusal?.outcome == .conflict)
    #expect(refusal?.description.contains("'mine.txt', 'new.txt', 'test.sh'") == true)
    let kept = try await project.rollBack(to: .checkpoint(first), .keep)
    #expect(kept.kept == ["mine.txt", "new.txt", "test.sh"] && kept.restored.isEmpty)
    let forced = try await project.rollBack(to: .checkpoint(first), .overwrite)
    #expect(forced.restored == ["mine.txt", "new.txt", "test.sh"])
    #expect(project.folder.text(of: "mine.txt") == "the user's\n")
    // Nothing was changed since, so nothing is lost by going back again.
    try await project.rollBack(to: .undo)
    #expect(project.folder.text(of: "new.txt") == "new\n")
  }

  @Test func whatWasChangedBetweenACheckpointAndTheFirstRunIsTheUsers() async throws {
    let project = try TwoTaskProject.fresh()
    let first = try await project.desk().use { try await $0.create("A").id }
    try project.folder.write("other\n", to: "mine.txt")
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    let kept = try await project.rollBack(to: .checkpoint(first), .keep)
    #expect(kept.kept == ["mine.txt"])
    #expect(kept.restored == ["a.txt", "b.txt"])
  }

  @Test func whatAnUndoneRollbackBroughtBackIsTheUsersAgain() async throws {
    let project = try await TwoTaskProject.completed()
    try project.folder.write("other\n", to: "mine.txt")
    let beginning = try await beginning(of: 1, in: project)
    #expect(await project.refusedRollback(to: beginning)?.outcome == .conflict)
    try await project.rollBack(to: beginning, .overwrite)
    try await project.rollBack(to: .undo)
    #expect(project.folder.text(of: "mine.txt") == "other\n")
    #expect(await project.refusedRollback(to: beginning)?.outcome == .conflict)
    #expect(try await project.rollBack(to: beginning, .keep).kept == ["mine.txt"])
  }

  @Test func whatACheckpointOnDemandBroughtBackIsTheUsersAgain() async throws {
    let project = try await TwoTaskProject.completed()
    try project.folder.write("other\n", to: "mine.txt")
    let mine = try await project.desk().use { try await $0.create("Mine").id }
    let beginning = try await beginning(of: 1, in: project)
    try await project.rollBack(to: beginning, .overwrite)
    try await project.rollBack(to: .checkpoint(mine))
    #expect(project.folder.text(of: "mine.txt") == "other\n")
    #expect(await project.refusedRollback(to: beginning)?.outcome == .conflict)
  }

  @Test func whatIsTheSameInTheCheckpointIsNoConflict() async throws {
    let project = try await interrupted { try $0.folder.write("new\n", to: "new.txt") }
    TemporaryDirectory.remove(project.folder.appending("new.txt"))
    let done = try await project.rollBack(to: .task(TaskID(number: 1)))
    #expect(done.restored == ["a.txt", "b.txt"] && done.kept.isEmpty)
  }
}
