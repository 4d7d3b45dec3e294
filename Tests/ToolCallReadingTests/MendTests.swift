import JSON
import Testing

@testable import ToolCallReading
@testable import autonomy_fuzz

/// The damage that can be mended, because only one thing can have been meant.
@Suite struct MendTests {
  @Test(arguments: [
    (#"{'name': 'read_file', 'arguments': {'path': 'a.c'}}"#, ["single quotes"]),
    (#"{"name": "read_file", "arguments": {"path": "a.c",},}"#, ["extra comma"]),
    (#"{name: "read_file", arguments: {path: "a.c"}}"#, ["name without quotes"]),
    (#"{“name”: “read_file”, “arguments”: {“path”: “a.c”}}"#, ["typographic quotes"]),
    (#"{"name": "read_file", "arguments": {"path": "a.c"}"#, ["missing bracket at the end"]),
    ("{\"name\": \"read_file\"\n \"arguments\": {\"path\": \"a.c\"}}", ["missing comma"]),
    (#"read\_file(path="a.c")"#, ["escaped underscore"]),
    (#"{"name": "readFile", "arguments": {"path": "a.c"}}"#, ["spelling of the tool's name"]),
    (
      #"{"name": "read.file", "arguments": {"Path": "a.c"}}"#,
      ["spelling of the tool's name", "spelling of an argument's name"]
    ),
    (#"read_file("a.c")"#, ["arguments by position"]),
    (#"read_file(path: "a.c")"#, ["colon for equals sign"]),
    (#"{"name": "read_file", "path": "a.c"}"#, ["arguments beside the name"]),
    (#"{"name": "read_file", "arguments": "{\"path\": \"a.c\"}"}"#, ["arguments as a string"]),
    (#"{"name": "read_file", "arguments": {"path": "a.c", "end_line": null}}"#, ["null for nothing"]),
  ])
  func mends(text: String, descriptions: [String]) throws {
    let call = try #require(SampleTools.read(text).calls.first)
    #expect(call.name == "read_file")
    #expect(call.arguments == ["path": "a.c"])
    #expect(call.mends.descriptions == descriptions)
  }

  @Test func aLineBreakInsideAStringIsPartOfIt() {
    let reading = SampleTools.read("{\"name\": \"finish\", \"arguments\": {\"summary\": \"a\r\nb\tc\"}}")
    #expect(reading.plainCalls == [["name": "finish", "arguments": ["summary": "a\r\nb\tc"]]])
  }

  @Test func anApostropheIsNoEnd() {
    let reading = SampleTools.read("finish(summary='It's done', status='done')")
    #expect(reading.plainCalls == [["name": "finish", "arguments": ["summary": "It's done", "status": "done"]]])
    #expect(SampleTools.read("finish(summary='open, status='done')").calls.isEmpty)
  }

  @Test(arguments: [
    #"{"name": "read_file", "arguments": {"path": "a.c", "start_line": 1"#,
    #"{"name": "read_file", "arguments": {"path": "a."#,
    #"{"name": "read_file", "arguments": {"path""#,
    #"read_file(path="a.c"#,
    #"read_file(path="a.c", start_line=1"#,
    "<function=read_file><parameter=path>a.c",
    "<start_function_call>call:read_file{path:<escape>a",
  ])
  func whatIsCutInsideAValueIsNoCall(text: String) {
    let reading = SampleTools.read(text)
    #expect(reading.calls.isEmpty)
    #expect(reading.mistakes.map(\.kind) == [.unreadableArguments])
    #expect(reading.mistakes.first?.message.contains("'read_file'") == true)
  }
}
