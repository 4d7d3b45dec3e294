import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct ReadFileHandlerTests {
  @Test(arguments: [
    ("a\nb\n", "'f', all of it (2 lines):\na\nb\n"),
    ("a\nb", "'f', all of it (2 lines); no newline at the end:\na\nb"),
    ("a\r\nb\r\n", "'f', all of it (2 lines); line ends are CRLF, not shown; edits keep them:\na\nb\n"),
    ("a\r\nb\n", "'f', all of it (2 lines); line ends are mixed, CRLF and LF:\na\r\nb\n"),
    ("", "'f' is empty."),
    ("\n", "'f', all of it (1 line):\n\n"),
  ])
  func showsTheWholeText(content: String, shown: String) async throws {
    var stage = try ToolStage(files: ["f": content])
    #expect(try await stage.call("read_file", .path("f")).text == shown)
  }

  @Test func showsARange() async throws {
    var stage = try ToolStage(files: ["f": "1\n2\n3\n4\n"])
    let answer = try await stage.call("read_file", ["path": "f", "start_line": 2, "end_line": 3])
    #expect(answer.text == "'f', lines 2-3 of 4; go on with start_line 4:\n2\n3\n")
    #expect(answer.observed == ["f": try ObjectID(blob: Array("1\n2\n3\n4\n".utf8))])
  }

  @Test func takesAnEndBehindTheLastLine() async throws {
    var stage = try ToolStage(files: ["f": "1\n2\n"])
    #expect(
      try await stage.call("read_file", ["path": "f", "end_line": 99]).text == "'f', all of it (2 lines):\n1\n2\n"
    )
  }

  @Test func saysHowToGoOnAfterItsLimit() async throws {
    var stage = try ToolStage(files: ["f": String(repeating: "12345678\n", count: 100)])
    stage.context.resultLimit = 50
    let answer = try await stage.call("read_file", .path("f"))
    #expect(answer.text.hasPrefix("'f', lines 1-5 of 100; go on with start_line 6:\n"))
    #expect(answer.text.utf8.count < 110)
  }

  @Test func cutsAnEndlessLine() async throws {
    var stage = try ToolStage(files: ["f": String(repeating: "x", count: 1000)])
    stage.context.resultLimit = 50
    let text = try await stage.call("read_file", .path("f")).text
    #expect(text.hasPrefix("'f', all of it (1 line); line 1 is longer than one answer and cut here;"))
    #expect(text.utf8.count < 200)
  }

  @Test func refusesWhatIsNoText() async throws {
    var stage = try ToolStage()
    try stage.folder.write([0xFF, 0xFE, 0x41], to: "latin")
    try stage.folder.write([0x41, 0, 0x42], to: "nul")
    #expect(await stage.reason(against: "read_file", .path("latin")).contains("is no UTF-8 text (3 bytes)"))
    #expect(await stage.reason(against: "read_file", .path("nul")).contains("is no UTF-8 text"))
  }

  @Test func refusesRangesThatAreNotThere() async throws {
    var stage = try ToolStage(files: ["f": "1\n2\n3\n"])
    #expect(
      await stage.reason(against: "read_file", ["path": "f", "start_line": 9])
        == "'f' has 3 lines; start_line 9 is behind its end."
    )
    #expect(
      await stage.reason(against: "read_file", ["path": "f", "start_line": 3, "end_line": 2])
        == "start_line 3 is behind end_line 2."
    )
  }

  @Test(arguments: ["../x", "/etc/passwd", ".git/config", "absent", "folder"])
  func refusesWithAReason(path: String) async throws {
    var stage = try ToolStage(files: ["folder/f": "x", ".git/config": "x"])
    #expect(await stage.reason(against: "read_file", .path(path)).hasPrefix("'") || path == "absent")
    #expect(await !stage.reason(against: "read_file", .path(path)).isEmpty)
  }

  @Test func countsAsSeenInAReviewOnlyIfWholeOrToTheEnd() async throws {
    var stage = try ToolStage(.qa, files: ["f": "1\n2\n3\n"])
    try await stage.call("read_file", ["path": "f", "start_line": 1, "end_line": 2])
    #expect(stage.context.seen.isEmpty)
    try await stage.call("read_file", ["path": "f", "start_line": 3])
    #expect(stage.context.seen.isEmpty)
    try await stage.call("read_file", .path("f"))
    #expect(stage.context.seen.count == 1)
  }
}
