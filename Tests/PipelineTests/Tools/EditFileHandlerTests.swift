import JSON
import Pipeline
import TestSupport
import Testing

@Suite struct EditFileHandlerTests {
  private let text = "int main(void) {\n\tint a = 1;\n\tint b = 2;\n\treturn a + b;\n}\n"

  private func edit(_ old: String, _ new: String) -> JSONObject {
    ["path": "f", "old_text": .string(old), "new_text": .string(new)]
  }

  @Test func replacesAUniquePassage() async throws {
    var stage = try ToolStage(files: ["f": text])
    try await stage.call("read_file", .path("f"))
    let answer = try await stage.call("edit_file", edit("int b = 2;", "int b = 3;"))
    #expect(stage.folder.text(of: "f") == text.replacing("b = 2", with: "b = 3"))
    #expect(
      answer.text
        == "Changed 'f'. It now reads:\n1| int main(void) {\n2| \tint a = 1;\n3| \tint b = 3;\n4| \treturn a + b;\n5| }"
    )
  }

  @Test func removesAPassage() async throws {
    var stage = try ToolStage(files: ["f": "a\nb\nc\n"])
    try await stage.call("read_file", .path("f"))
    try await stage.call("edit_file", edit("b\n", ""))
    #expect(stage.folder.text(of: "f") == "a\nc\n")
  }

  @Test func namesTheLinesOfSeveralMatches() async throws {
    var stage = try ToolStage(files: ["f": text])
    try await stage.call("read_file", .path("f"))
    let reason = await stage.reason(against: "edit_file", edit("int ", "long "))
    #expect(reason.hasPrefix("'old_text' occurs 3 times in 'f', in lines 1, 2, 3; nothing was changed."))
    #expect(stage.folder.text(of: "f") == text)
  }

  @Test func countsOverlappingMatches() async throws {
    var stage = try ToolStage(files: ["f": "aaa"])
    try await stage.call("read_file", .path("f"))
    #expect(await stage.reason(against: "edit_file", edit("aa", "b")).contains("occurs 2 times"))
  }

  @Test func saysWhenOnlyWhiteSpaceDiffers() async throws {
    var stage = try ToolStage(files: ["f": text])
    try await stage.call("read_file", .path("f"))
    let reason = await stage.reason(against: "edit_file", edit("  int a = 1;\n  int b = 2;", "x"))
    #expect(
      reason
        == """
        'old_text' does not occur in 'f'; nothing was changed. Only white space differs (the file has tabs here).
        2| \tint a = 1;
        3| \tint b = 2;
        Give 'old_text' exactly as it is in the file, without the numbers.
        """
    )
  }

  @Test func showsTheNearestPassage() async throws {
    let lines = (1...100).map { "value \($0 * 37)" }.joined(separator: "\n") + "\n"
    var stage = try ToolStage(files: ["f": lines])
    try await stage.call("read_file", .path("f"))
    let reason = await stage.reason(against: "edit_file", edit("value 1850\nvalue 0\nvalue 1924", "x"))
    #expect(
      reason
        == """
        'old_text' does not occur in 'f'; nothing was changed. The nearest passage, each line behind its number, is:
        48| value 1776
        49| value 1813
        50| value 1850
        51| value 1887
        52| value 1924
        53| value 1961
        54| value 1998
        Give 'old_text' exactly as it is in the file, without the numbers.
        """
    )
  }

  @Test func showsTheLikestLine() async throws {
    var stage = try ToolStage(files: ["f": text])
    try await stage.call("read_file", .path("f"))
    let reason = await stage.reason(against: "edit_file", edit("return a * b;", "x"))
    #expect(reason.contains("4| \treturn a + b;"))
  }

  @Test func saysWhenNothingIsAlike() async throws {
    var stage = try ToolStage(files: ["f": text])
    try await stage.call("read_file", .path("f"))
    let reason = await stage.reason(against: "edit_file", edit("zzzzqqqq", "x"))
    #expect(reason.contains("Nothing in the file is like it."))
  }

  @Test(arguments: [("", "x"), ("int", "int"), ("int b", "// ... existing code ...\n")])
  func refusesEditsThatMakeNoSense(old: String, new: String) async throws {
    var stage = try ToolStage(files: ["f": text])
    try await stage.call("read_file", .path("f"))
    #expect(await !stage.reason(against: "edit_file", edit(old, new)).isEmpty)
    #expect(stage.folder.text(of: "f") == text)
  }

  @Test func keepsCRLF() async throws {
    var stage = try ToolStage(files: ["f": "a\r\nb\r\nc\r\n"])
    try await stage.call("read_file", .path("f"))
    try await stage.call("edit_file", edit("a\nb", "x\ny\nz"))
    #expect(stage.folder.text(of: "f") == "x\r\ny\r\nz\r\nc\r\n")
  }

  @Test func leavesMixedLineEndsAlone() async throws {
    var stage = try ToolStage(files: ["f": "a\r\nb\nc\r\n"])
    try await stage.call("read_file", .path("f"))
    try await stage.call("edit_file", edit("b\n", "x\n"))
    #expect(stage.folder.text(of: "f") == "a\r\nx\nc\r\n")
  }

  @Test func wantsTheFileToBeReadFirst() async throws {
    var stage = try ToolStage(files: ["f": text])
    #expect(await stage.reason(against: "edit_file", edit("int b", "int c")).contains("Read it"))
  }

  @Test func saysThatAFileIsAbsent() async throws {
    var stage = try ToolStage()
    #expect(await stage.reason(against: "edit_file", edit("a", "b")).hasPrefix("There is no file 'f'."))
  }

  @Test func findsBytesAndNotCharactersThatLookAlike() async throws {
    var stage = try ToolStage(files: ["f": "e\u{301}\n"])
    try await stage.call("read_file", .path("f"))
    #expect(await stage.reason(against: "edit_file", edit("\u{E9}", "x")).contains("does not occur"))
  }
}
