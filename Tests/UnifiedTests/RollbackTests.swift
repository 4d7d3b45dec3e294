@unsafe @preconcurrency import Glibc
import JSON
import Persistence
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// What a rollback leaves behind, and which of them is taken back.
@Suite struct RollbackTests {
  /// When the list of checkpoints was written, in nanoseconds.
  private func listedAt(_ project: TestProject) throws -> Int {
    var status = stat()
    try #require(unsafe lstat(project.folder.appending(".autonomy/checkpoints/packed-refs"), &status) == 0)
    return Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
  }

  @Test func aTaskMayBeDoneAgainAsOftenAsItIsRolledBack() async throws {
    let project = try await TwoTaskProject.completed()
    for _ in 1...3 {
      try await project.rollBack(to: .task(TaskID(number: 1)))
      let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
      #expect(result.outcome == .complete, "\(result.message)")
    }
  }

  @Test func whatTheProgramTookBackByItselfIsNotUndone() async throws {
    let project = try TwoTaskProject.fresh()
    try await TwoTaskProject.fail(project)
    let refusal = await project.refusedRollback(to: .undo)
    #expect(refusal?.description == "There was no rollback yet that could be undone.")
    #expect(project.folder.text(of: "new.txt") == nil)
  }

  @Test func undoTakesTheUsersLastRollbackBack() async throws {
    let project = try TwoTaskProject.fresh(["old.txt": "old\n"])
    let first = try await project.desk().use { try await $0.create("A").id }
    try project.folder.write("other\n", to: "old.txt")
    try await project.rollBack(to: .checkpoint(first), .overwrite)
    try await TwoTaskProject.fail(project)
    let done = try await project.rollBack(to: .undo)
    #expect(done.undone == first)
    #expect(project.folder.text(of: "old.txt") == "other\n")
    #expect(try await project.state().tasks.isEmpty)
  }

  @Test func onlyWhatIsNeededAgainIsKeptOfRollbacks() async throws {
    let project = try await TwoTaskProject.completed()
    for number in 1...2 {
      try await project.rollBack(to: .task(TaskID(number: number)))
      try await project.rollBack(to: .undo)
    }
    let connection = try Connection(path: StateFolder(ofProject: project.folder.path).database, access: .readOnly)
    let steps = try connection.rows("SELECT json_array_length(record, '$.plan.steps') FROM rollback ORDER BY id") {
      try $0.integer(0)
    }
    #expect(steps == [0, 0, 0, 1])
    // The last one can be taken back all the same.
    let again = try await project.rollBack(to: .undo)
    #expect(again.restored == ["b.txt"])
  }

  @Test func aPreviewTellsOfTheStateAndLeavesNothing() async throws {
    let project = try TwoTaskProject.fresh()
    let first = try await project.desk().use { try await $0.create("A").id }
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    let before = try await project.desk().use { try await $0.list().map(\.id) }
    let listed = try listedAt(project)
    let preview = try await project.desk().use { try await $0.preview(.checkpoint(first)) }
    // Not even for a moment, in which the process might die.
    #expect(try listedAt(project) == listed)
    #expect(preview.changes.map(\.path) == ["a.txt", "b.txt"])
    #expect(
      preview.tasks == [
        TaskDifference(id: TaskID(number: 1), before: .done, after: nil),
        TaskDifference(id: TaskID(number: 2), before: .done, after: nil),
      ]
    )
    #expect(try await project.desk().use { try await $0.list().map(\.id) } == before)
  }

  @Test func aCheckpointThatRetentionDroppedIsNamedAsThat() async throws {
    let project = try await TwoTaskProject.completed()
    let configuration = try project.configuration(url: "http://127.0.0.1:9", ["checkpoint.count=1"])
    let desk = CheckpointDesk(project: project.folder.path, configuration: configuration, command: "test")
    _ = try await desk.use { try await $0.collectGarbage() }
    let first = try #require(try await project.state().tasks[0].firstCheckpoint)
    let refusal = await project.refusedRollback(to: .task(TaskID(number: 1)))
    #expect(refusal?.outcome == .configuration)
    let said = "The checkpoint '\(first)', at which task 't1' began, is not there any more:"
    #expect(refusal?.description.hasPrefix(said) == true, "\(refusal?.description ?? "")")
  }

  @Test func anEmptyFolderOfTheUsersStays() async throws {
    let project = try await TwoTaskProject.completed()
    project.folder.makeFolder("empty")
    let done = try await project.rollBack(to: .task(TaskID(number: 2)))
    #expect(done.kept == ["empty"])
    #expect(project.folder.names().contains("empty"))
    // Whoever wants exactly what was there says so.
    try await project.rollBack(to: .undo)
    let forced = try await project.rollBack(to: .task(TaskID(number: 2)), .overwrite)
    #expect(forced.kept.isEmpty)
    #expect(!project.folder.names().contains("empty"))
    try await project.rollBack(to: .undo)
    #expect(project.folder.names().contains("empty"))
  }
}
