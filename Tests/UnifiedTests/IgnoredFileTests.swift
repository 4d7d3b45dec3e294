import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Files that the project's rules ignore and a run wrote all the same.
@Suite struct IgnoredFileTests {
  private static let ignoring = [".gitignore": "a.txt\n"]

  private static func completed(_ more: [String: String] = [:]) async throws -> TestProject {
    let project = try TwoTaskProject.fresh(ignoring.merging(more) { $1 })
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    return project
  }

  @Test func whatARunWroteIsNotTheUsers() async throws {
    let project = try await Self.completed()
    #expect(project.sink.userChanges.isEmpty)
    let done = try await project.rollBack(to: .task(TaskID(number: 1)))
    #expect(done.restored == ["a.txt", "b.txt"])
    #expect(project.folder.text(of: "a.txt") == nil)
    try await project.rollBack(to: .undo)
    #expect(project.folder.text(of: "a.txt") == "a\n")
    let again = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(again.outcome == .complete, "\(again.message)")
    #expect(project.sink.userChanges.isEmpty)
  }

  @Test func soItIsWhereTheRunGoesOn() async throws {
    let project = try TwoTaskProject.fresh(Self.ignoring)
    for steps in 2...8 {
      let limits = RunLimits(steps: steps)
      let result = try await project.run(
        TwoTaskProject.rules,
        wellBehaved: false,
        settings: RunSettings(limits: limits)
      )
      if result.outcome == .complete { break }
    }
    #expect(try await project.state().tasks.allSatisfy { $0.status == .done })
    #expect(project.sink.userChanges.isEmpty)
  }

  @Test func whatTheUserMakesOfItIs() async throws {
    let project = try TwoTaskProject.fresh(Self.ignoring)
    let first = try await project.run(
      TwoTaskProject.rules,
      wellBehaved: false,
      settings: RunSettings(limits: RunLimits(steps: 3))
    )
    #expect(first.outcome == .budget, "\(first.message)")
    try project.folder.write("a\n\n", to: "a.txt")
    let second = try await project.run(
      TwoTaskProject.rules,
      wellBehaved: false,
      settings: RunSettings(limits: RunLimits(steps: 50))
    )
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(project.sink.userChanges == ["a.txt"])
    let refusal = await project.refusedRollback(to: .task(TaskID(number: 1)))
    #expect(refusal?.outcome == .conflict)
    #expect(refusal?.description.contains("'a.txt'") == true, "\(refusal?.description ?? "")")
  }

  @Test func whatACheckMakesOfItIsTold() async throws {
    // It does so once, when all is there.
    let check = """
      test ! -e b.txt || test -e .autonomy/made || { touch .autonomy/made; echo "a " >a.txt; }
      cat a.txt && echo '1 passed, 0 failed'

      """
    let project = try await Self.completed(["test.sh": check])
    #expect(project.sink.warnings == ["The check 'test.sh' changed 'a.txt' in the project."])
    #expect(project.sink.userChanges.isEmpty)
  }

  @Test func anApprovalIsOneOfItsContent() async throws {
    let project = try await Self.completed()
    let task = try #require(try await project.state().task(TaskID(number: 1)))
    let content = try ReviewVerdict.contentID(of: ["a.txt"], in: ["a.txt": ObjectID(blob: Array("a\n".utf8))])
    #expect(task.approval?.content == content)
  }

  @Test func severalAtOnceWriteThemToo() async throws {
    let project = try JobsProject(
      [
        .init(targets: ["a.txt"], writes: ["a.txt": "a\n"]),
        .init(targets: ["b.txt"], writes: ["b.txt": "b\n", "own.txt": "run's\n"]),
        .init(targets: ["c.txt"], dependsOn: [1, 2], writes: ["c.txt": "c\n"]),
      ],
      files: [".gitignore": "a.txt\nb.txt\n"]
    )
    for steps in [3, 4, 50] {
      let result = try await project.run(jobs: 2, settings: RunSettings(limits: RunLimits(steps: steps)))
      if steps == 50 { #expect(result.outcome == .complete, "\(result.message)") }
    }
    #expect(project.project.sink.userChanges.isEmpty)
    #expect(project.text(of: "a.txt") == "a\n")
    #expect(!project.events.contains { if case .warning = $0 { true } else { false } })
    try await project.project.rollBack(to: .checkpoint(SnapshotID(number: 1)))
    #expect(project.text(of: "a.txt") == nil)
  }

  @Test func whatTheUserHasAtTheSamePlaceIsNotTheRunsBeforeItIsMerged() async throws {
    let project = try JobsProject(
      [
        .init(targets: ["a.txt"], writes: ["a.txt": "a\n"]),
        .init(targets: ["b.txt"], writes: ["b.txt": "b\n"]),
      ],
      files: [".gitignore": "a.txt\n", "a.txt": "the user's\n"]
    )
    let first = try await project.run(jobs: 2, settings: RunSettings(limits: RunLimits(steps: 3)))
    #expect(first.outcome == .budget, "\(first.message)")
    #expect(project.text(of: "a.txt") == "the user's\n")
    #expect(project.project.sink.userChanges.isEmpty)
    _ = try await project.run(jobs: 2, settings: RunSettings(limits: RunLimits(steps: 50)))
    #expect(project.project.sink.userChanges.isEmpty)
  }

  @Test(arguments: [1, 2])
  func whatTheUserHasWhereATaskIsToWriteComesBack(jobs: Int) async throws {
    var project = try JobsProject(
      [
        .init(targets: ["a.txt"], writes: ["a.txt": "a\n"]),
        .init(targets: ["b.txt"], writes: ["b.txt": "b\n"]),
      ],
      files: [".gitignore": "a.txt\n", "a.txt": "the user's\n"]
    )
    let read = [TestProject.call("read_file", ["path": "a.txt"])]
    project.rules = [JobsProject.rule(["phase": "coding", "task": "t1", "last_role": "user"], read)]
    let result = try await project.run(jobs: jobs)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.text(of: "a.txt") == "a\n")
    try await project.project.rollBack(to: .task(TaskID(number: 1)))
    #expect(project.text(of: "a.txt") == "the user's\n")
  }
}
