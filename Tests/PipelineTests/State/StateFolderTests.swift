@unsafe @preconcurrency import Glibc
import Pipeline
import TestSupport
import Testing

@Suite struct StateFolderTests {
  @Test(.asSuperuser) func aFolderThatTheUserMayNotReadIsNotTakenForNone() async throws {
    await #expect(processExitsWith: .success) {
      let project = try TemporaryDirectory()
      unsafe chmod(project.path, 0o755)
      let folder = StateFolder(ofProject: project.path)
      try folder.make()
      seteuid(65_534)
      let reading = #expect(throws: JournalError.self) { try JournalReader.open(folder) }
      let answering = #expect(throws: JournalError.self) { try AnswerBox(folder) }
      seteuid(0)
      for error in [reading, answering] {
        let text = error?.description ?? ""
        #expect(text.hasPrefix("The folder '\(folder.path)' cannot be read: Permission denied."), "\(text)")
      }
      let isThere = try JournalReader.open(folder) != nil
      #expect(!isThere)
    }
  }
}
