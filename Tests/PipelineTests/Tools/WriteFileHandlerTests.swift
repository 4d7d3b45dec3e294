@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct WriteFileHandlerTests {
  private let long = (1...30).map { "line \($0)\n" }.joined()

  @Test func createsAFile() async throws {
    var stage = try ToolStage()
    let answer = try await stage.call("write_file", ["path": "src/new.c", "content": "int x;\n"])
    #expect(answer.text == "Created 'src/new.c' (1 line).")
    #expect(stage.folder.text(of: "src/new.c") == "int x;\n")
  }

  @Test func writesNothingItself() async throws {
    let stage = try ToolStage()
    let call = ToolCall(id: "1", name: "write_file", arguments: ["path": "a", "content": "x"])
    _ = try await stage.registry.answer(call, offered: stage.registry.tools(for: .coding), in: stage.context)
    #expect(stage.folder.bytes(of: "a") == nil)
  }

  @Test func makesAScriptExecutable() async throws {
    var stage = try ToolStage()
    try await stage.call("write_file", ["path": "run.sh", "content": "#!/bin/sh\n"])
    #expect(unsafe access(stage.folder.appending("run.sh"), X_OK) == 0)
  }

  @Test func wantsAFileToBeReadFirst() async throws {
    var stage = try ToolStage(files: ["f": "old\n"])
    #expect(
      await stage.reason(against: "write_file", ["path": "f", "content": "new\n"])
        == "'f' is there already. Read it with 'read_file' before you change it."
    )
    #expect(stage.folder.text(of: "f") == "old\n")
    try await stage.call("read_file", .path("f"))
    try await stage.call("write_file", ["path": "f", "content": "new\n"])
    try await stage.call("write_file", ["path": "f", "content": "newer\n"])
    #expect(stage.folder.text(of: "f") == "newer\n")
  }

  @Test func refusesAFileThatTheUserChanged() async throws {
    var stage = try ToolStage(files: ["f": "old\n"])
    try await stage.call("read_file", .path("f"))
    try stage.folder.write("theirs\n", to: "f")
    #expect(
      await stage.reason(against: "write_file", ["path": "f", "content": "new\n"])
        == "'f' was changed by somebody else since it was read. Read it again, then try again."
    )
    #expect(stage.folder.text(of: "f") == "theirs\n")
  }

  @Test(arguments: [(15, true), (14, false), (0, false), (30, true)])
  func refusesToLoseMoreThanHalfOfAFile(lines: Int, isWritten: Bool) async throws {
    var stage = try ToolStage(files: ["f": long])
    try await stage.call("read_file", .path("f"))
    let content = (0..<lines).map { "other \($0)\n" }.joined()
    let reason = await stage.reason(against: "write_file", ["path": "f", "content": .string(content)])
    #expect(reason.isEmpty == isWritten)
    #expect((stage.folder.text(of: "f") == content) == isWritten)
  }

  @Test func letsAShortFileShrink() async throws {
    var stage = try ToolStage(files: ["f": String(repeating: "x\n", count: 19)])
    try await stage.call("read_file", .path("f"))
    try await stage.call("write_file", ["path": "f", "content": "y\n"])
    #expect(stage.folder.text(of: "f") == "y\n")
  }

  @Test(arguments: ["", "x\n", "x\n// ... rest of the code ...\n"])
  func speaksOfNoOtherToolWhereItIsTheOnlyOneThatChangesFiles(content: String) async throws {
    let text = (1...40).map { "line \($0)\n" }.joined()
    for registry in [ToolRegistry.standard, .standard.without("edit_file")] {
      var stage = try ToolStage(registry: registry, files: ["f.c": text])
      try await stage.call("read_file", .path("f.c"))
      let reason = await stage.reason(against: "write_file", ["path": "f.c", "content": .string(content)])
      #expect(reason.contains("was not written"))
      let isBesideEdit = registry.tools(for: .coding).contains { $0.name == "edit_file" }
      #expect(reason.contains("edit_file") == isBesideEdit)
    }
  }

  @Test(arguments: ["", "\n \n"]) func refusesToEmptyAFile(content: String) async throws {
    var stage = try ToolStage(files: ["f": "x\n"])
    try await stage.call("read_file", .path("f"))
    let reason = await stage.reason(against: "write_file", ["path": "f", "content": .string(content)])
    #expect(reason.contains("its content would be gone"))
  }

  @Test func createsAnEmptyFile() async throws {
    var stage = try ToolStage()
    try await stage.call("write_file", ["path": "pkg/__init__.py", "content": ""])
    #expect(stage.folder.bytes(of: "pkg/__init__.py") == [])
  }

  @Test func keepsCRLF() async throws {
    var stage = try ToolStage(files: ["f": "a\r\nb\r\n"])
    try await stage.call("read_file", .path("f"))
    let answer = try await stage.call("write_file", ["path": "f", "content": "a\nc\n"])
    #expect(stage.folder.text(of: "f") == "a\r\nc\r\n")
    #expect(answer.text.contains("CRLF"))
  }

  @Test func saysWhenNothingChanges() async throws {
    var stage = try ToolStage(files: ["f": "x\n"])
    try await stage.call("read_file", .path("f"))
    #expect(try await stage.call("write_file", ["path": "f", "content": "x\n"]).effect == nil)
  }

  @Test func refusesWhatIsTooLarge() async throws {
    var stage = try ToolStage()
    let content = String(repeating: "x", count: (1 << 20) + 1)
    #expect(await stage.reason(against: "write_file", ["path": "f", "content": .string(content)]).contains("at most"))
  }

  @Test(arguments: [
    "MASTER_PLAN.md", "autonomy.json", ".autonomyignore", ".git/config", ".autonomy/x", "../x", "folder",
  ])
  func refusesWhatIsNotItsToWrite(path: String) async throws {
    var stage = try ToolStage(files: ["MASTER_PLAN.md": "plan", "folder/f": "x"])
    stage.context.seen["MASTER_PLAN.md"] = try ObjectID(blob: Array("plan".utf8))
    #expect(await !stage.reason(against: "write_file", ["path": .string(path), "content": "x"]).isEmpty)
    #expect(stage.folder.text(of: "MASTER_PLAN.md") == "plan")
  }

  @Test func refusesThePlanUnderAnotherName() async throws {
    var stage = try ToolStage(files: ["MASTER_PLAN.md": "plan"])
    #expect(unsafe symlink("MASTER_PLAN.md", stage.folder.appending("notes.md")) == 0)
    try await stage.call("read_file", .path("notes.md"))
    #expect(await !stage.reason(against: "write_file", ["path": "notes.md", "content": "x"]).isEmpty)
    #expect(stage.folder.text(of: "MASTER_PLAN.md") == "plan")
  }

  @Test func writesThroughALinkInsideTheProject() async throws {
    var stage = try ToolStage(files: ["real": "x\n"])
    #expect(unsafe symlink("real", stage.folder.appending("alias")) == 0)
    try await stage.call("read_file", .path("alias"))
    try await stage.call("write_file", ["path": "alias", "content": "y\n"])
    #expect(stage.folder.text(of: "real") == "y\n")
  }

  @Test func refusesALinkThatWasSwappedIn() async throws {
    var stage = try ToolStage(files: ["a/f": "x\n"])
    let other = try ToolStage(files: ["f": "x\n"])
    try await stage.call("read_file", .path("a/f"))
    unsafe rename(stage.folder.appending("a"), stage.folder.appending("b"))
    #expect(unsafe symlink(other.folder.path, stage.folder.appending("a")) == 0)
    #expect(await !stage.reason(against: "write_file", ["path": "a/f", "content": "y\n"]).isEmpty)
    #expect(other.folder.text(of: "f") == "x\n")
  }

  @Test(arguments: [
    ("README.md", true), ("docs/guide.txt", true), ("docs/api/a.html", true), ("sub/NOTES.MD", true),
    ("src/main.c", false), ("AGENTS.md", false), ("sub/agents.md", false), ("docs", false), ("GUIDE.md", false),
    ("doc/guide.txt", false),
  ])
  func keepsDocumentationToDocuments(path: String, isAllowed: Bool) async throws {
    var stage = try ToolStage(.documentation)
    stage.context.writable = .documentation(targets: ["GUIDE.md"])
    let reason = await stage.reason(against: "write_file", ["path": .string(path), "content": "text\n"])
    #expect(reason.isEmpty == isAllowed)
  }
}
