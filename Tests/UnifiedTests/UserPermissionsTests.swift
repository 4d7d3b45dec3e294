@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Who may read and write a file is the user's to say, and no rollback changes it unasked.
@Suite struct UserPermissionsTests {
  private func permissions(of path: String, in project: TestProject) -> mode_t? {
    var status = stat()
    return unsafe lstat(project.folder.appending(path), &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  @Test(arguments: [("mine.txt", 0o600), ("a.txt", 0o600), ("mine.txt", 0o664)] as [(String, mode_t)])
  func permissionsThatTheUserChangedStaySo(_ path: String, _ mode: mode_t) async throws {
    let project = try await TwoTaskProject.completed()
    let usual = try #require(permissions(of: path, in: project))
    #expect(unsafe chmod(project.folder.appending(path), mode) == 0)
    let second = try #require(try await project.state().task(TaskID(number: 2)))
    let target = RollbackTarget.checkpoint(try #require(second.firstCheckpoint))
    #expect(await project.refusedRollback(to: target)?.description.contains("'\(path)'") == true)
    #expect(try await project.rollBack(to: target, .keep).kept == [ProjectPath(path)])
    #expect(permissions(of: path, in: project) == mode)
    let mine = try await project.desk().use { try await $0.create("Mine").id }
    try await project.rollBack(to: target, .overwrite)
    #expect(permissions(of: path, in: project) == usual)
    // Nothing was changed since, so nothing is lost by going forward or back again.
    try await project.rollBack(to: .checkpoint(mine))
    #expect(permissions(of: path, in: project) == mode)
    try await project.rollBack(to: .undo)
    #expect(permissions(of: path, in: project) == usual)
    #expect(unsafe chmod(project.folder.appending(path), 0o640) == 0)
    #expect(await project.refusedRollback(to: .undo)?.description.contains("'\(path)'") == true)
  }

  /// They are those of a file that is as it was before the task, and of one that is not and so stays the user's.
  @Test(arguments: ["old\n", "worse\n"])
  func permissionsThatTheUserChangedOutlastAFailedTask(mended text: String) async throws {
    let project = try TwoTaskProject.fresh(["a.txt": "old\n"])
    let rules = TwoTaskProject.failingRules(mended: text) + TwoTaskProject.rules
    let first = try await project.run(
      rules,
      wellBehaved: false,
      overrides: ["limits.task_attempts=2", "limits.run_steps=2"]
    )
    #expect(first.outcome == .budget, "\(first.message)")
    #expect(unsafe chmod(project.folder.appending("a.txt"), 0o600) == 0)
    let second = try await project.run(
      rules,
      wellBehaved: false,
      overrides: ["limits.task_attempts=2"],
      settings: RunSettings(limits: RunLimits(steps: 50))
    )
    #expect(second.outcome == .partial, "\(second.message)")
    #expect(project.folder.text(of: "a.txt") == text && project.folder.text(of: "new.txt") == nil)
    #expect(permissions(of: "a.txt", in: project) == 0o600)
  }

  /// A file that the run made and one that it only rewrote, whose content the rollback takes back as well.
  @Test(arguments: ["a.txt", "b.txt"]) func permissionsOfAFileThatIsRewrittenOrRemovedAreTheUsers(
    _ path: String
  ) async throws {
    let project = try TwoTaskProject.fresh(["a.txt": "old\n"])
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    let first = try #require(try await project.state().task(TaskID(number: 1)))
    let target = RollbackTarget.checkpoint(try #require(first.firstCheckpoint))
    #expect(unsafe chmod(project.folder.appending(path), 0o600) == 0)
    // A checkpoint on demand tells nothing of whose they are.
    _ = try await project.desk().use { try await $0.create("Mine").id }
    let text = project.folder.text(of: path)
    #expect(await project.refusedRollback(to: target)?.description.contains("'\(path)'") == true)
    #expect(try await project.rollBack(to: target, .keep).kept == [ProjectPath(path)])
    #expect(permissions(of: path, in: project) == 0o600 && project.folder.text(of: path) == text)
    #expect(await project.refusedRollback(to: target)?.description.contains("'\(path)'") == true)
    try await project.rollBack(to: target, .overwrite)
    #expect(permissions(of: path, in: project) == (path == "a.txt" ? 0o644 : nil))
    try await project.rollBack(to: .undo)
    #expect(permissions(of: path, in: project) == 0o600)
  }
}
