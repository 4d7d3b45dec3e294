import Pipeline
import TestSupport
import Testing

@Suite struct ProjectLockTests {
  @Test func namesTheHolderToWhoComesSecond() throws {
    let folder = try TemporaryDirectory()
    let first = try ProjectLock(folder: folder.path, command: "autonomy run")
    let error = #expect(throws: ProjectLocked.self) { try ProjectLock(folder: folder.path, command: "autonomy run") }
    #expect(error?.description.contains("'autonomy run', process ") == true)
    withExtendedLifetime(first) {}
  }

  @Test func letsGoWithItsLastReference() throws {
    let folder = try TemporaryDirectory()
    _ = try ProjectLock(folder: folder.path, command: "one")
    _ = try ProjectLock(folder: folder.path, command: "two")
  }
}
