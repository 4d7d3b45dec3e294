@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

@testable import Pipeline

@Suite struct FileSectionsTests {
  private static let task = TaskRecord(id: TaskID(number: 1), description: "One.", targets: ["a.c"], order: 0)

  @Test(.asSuperuser) func aFileOfATaskThatTheUserMayNotReadIsNothingForItsModel() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryDirectory()
      unsafe chmod(folder.path, 0o755)
      unsafe chmod(try folder.write("x", to: "a.c"), 0o600)
      var files = FileSections(workspace: try Workspace(root: folder.path))
      seteuid(65_534)
      var code: WorkspaceError.Code?
      do throws(WorkspaceError) { _ = try await files.filesOfTask(FileSectionsTests.task) } catch { code = error.code }
      let others = await files.files(["a.c"])
      seteuid(0)
      #expect(code == .notPermitted)
      #expect(others.count == 1 && others.first?.text.contains("Permission denied") == true)
    }
  }

  @Test func whatIsNoFileIsShownToTheModelAsSuch() async throws {
    let folder = try TemporaryDirectory()
    folder.makeFolder("a.c")
    var files = FileSections(workspace: try Workspace(root: folder.path))
    let shown = try await files.filesOfTask(Self.task)
    #expect(shown.first?.text == "`a.c`: 'a.c' is a folder, not a file.")
  }
}
