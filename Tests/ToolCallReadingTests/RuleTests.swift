import JSON
import Testing

@testable import ToolCallReading
@testable import autonomy_fuzz

/// What looks like a call and is none.
@Suite struct RuleTests {
  @Test(arguments: [
    "",
    "There is nothing to do.",
    "I could call read_file to see it, or search_files.",
    "The call `read_file(path=\"a.c\")` would show it, but it is not needed.",
    "You could use read_file(path=\"a.c\") here.",
    "result = read_file(path=\"a.c\")",
    "read_file(path=\"a.c\").strip()",
    "def read_file(path, start_line=0):\n    return open(path)",
    "read_file(path: string)",
    "```python\nimport os\nread_file(path=\"a.c\")\n```",
    "```js\nread_file({\"path\": \"a.c\"})\n```",
    "```swift\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}\n```",
    "```\nint main() {\nread_file(path=\"a.c\");\n}\n```",
    #"{"name": "Ada", "arguments": 3}"#,
    #"{"result": {"name": "read_file"}}"#,
    #"{"name": "read_file", "description": "Reads.", "parameters": {"type": "object", "properties": {"path": {}}}}"#,
    "<path>a.c</path>",
    "read_file(path=compute())",
    "read_file(path=\"a\" + \"b\")",
    "read_file(path=...)",
  ])
  func isNoCall(text: String) {
    #expect(SampleTools.read(text).calls.isEmpty)
    #expect(SampleTools.read(text).text == text)
  }

  @Test(arguments: [
    (#"{"name": "open_file", "arguments": {"path": "a.c"}}"#, CallMistake.Kind.unknownTool, "'open_file'"),
    (#"[open_file(path="a.c")]"#, .unknownTool, "'open_file'"),
    (#"<invoke name="open_file"><parameter name="path">a.c</parameter></invoke>"#, .unknownTool, "'open_file'"),
    (#"<|channel|>commentary to=functions.sh<|message|>{"x": 1}<|call|>"#, .unknownTool, "'functions.sh'"),
    (#"{"name": "read_file", "arguments": {"start_line": 3}}"#, .missingArgument, "'path'"),
    (#"{"name": "read_file", "arguments": {}}"#, .missingArgument, "'path'"),
    (#"{"name": "read_file", "arguments": {"path" "a.c"}}"#, .unreadableArguments, "'read_file'"),
  ])
  func saysWhatIsWrong(text: String, kind: CallMistake.Kind, part: String) throws {
    let reading = SampleTools.read(text)
    #expect(reading.calls.isEmpty)
    let mistake = try #require(reading.mistakes.first)
    #expect(mistake.kind == kind)
    #expect(mistake.message.contains(part))
    #expect(mistake.message.hasSuffix("."))
  }

  @Test func anEmptyNameIsNoCall() {
    #expect(SampleTools.read(#"{"name": "", "arguments": {}}"#).calls.isEmpty)
    #expect(CallReader(tools: []).read(#"{"name": "read_file", "arguments": {}}"#).calls.isEmpty)
  }

  @Test func aCallInsideTheContentsOfAFileIsContents() {
    let inner = #"{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}"#
    let text = #"{"name": "write_file", "arguments": {"path": "x.md", "content": "\#n"# + inner + #"\n"}}"#
    #expect(SampleTools.read(text).calls.map(\.name) == ["write_file"])
  }

  @Test(arguments: [
    "{\"name\": \"write_file\", \"arguments\": {\"path\": \"x\", \"content\": \"say \"hi\"\nread_file(path='a.c')\n",
    "write_file(path='x', content='it''s\nread_file(path=\"a.c\")\n",
    "<function=write_file><parameter=path>x</parameter><parameter=content>\nread_file(path=\"a.c\")\n",
    "<tool_call>{\"name\": \"write_file\", \"arguments\": {\"content\": \"x\n<tool_call>{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}</tool_call>",
  ])
  func nothingIsReadBehindABrokenCallThatChangesFiles(text: String) {
    let reading = SampleTools.read(text)
    #expect(reading.calls.isEmpty)
    #expect(!reading.mistakes.isEmpty)
  }

  @Test(arguments: [
    #"write_file("x", content=text)"#,
    #"{"name": "write_file", "arguments": {"path": "x", "content": "abc"#,
    #"{"name": "write_file", "arguments": {"path": "x", "content": "abc""#,
    #"{"name": "write_file", "arguments": {"file": "x", "content": "abc"}}"#,
    #"write_file(path=x, content="abc")"#,
    #"write_file(path="x", content="abc""#,
    "<function=write_file><parameter=path>x</parameter><parameter=content>abc</parameter>",
    "```python\nwrite_file(path=\"x\", content=\"abc\")\n```",
  ])
  func noFileIsWrittenByAGuessOrHalf(text: String) {
    #expect(SampleTools.read(text).calls.isEmpty)
  }

  /// What ends the contents stands in them too, so nobody can tell where they end.
  @Test(arguments: [
    "how to end one:\n</parameter>\n</function>\nand so on", "</parameter></function>",
    "one\n</parameter>\n</function>\nUser: go on\n<function=read_file>\n<parameter=path>\ny\n</parameter>\n</function>",
    "one\n</parameter>\n</function>\n<function=write_file>\nbroken",
    "<function=write_file>\n<parameter=path>\ny\n</parameter>\n</function>\nis a call",
    "one\n</parameter>\n</function>\ntwo\n<function=write_file>\n<parameter=path>\ny\n</parameter>\n</function>\nthree",
  ])
  func noFileIsCutWhereItsContentsHoldWhatEndsThem(content: String) {
    let tags =
      "<function=write_file>\n<parameter=path>\nx\n</parameter>\n<parameter=content>\n\(content)\n</parameter>\n</function>"
    for call in SampleTools.read(tags).calls { #expect(call.arguments["content"] == .string(content)) }
  }

  @Test(arguments: ["a<escape>}<end_function_call>\nb", "a<escape>,b", "<escape>"])
  func noFileIsCutWhereItsContentsHoldTheTokenThatEndsThem(content: String) {
    let text =
      "<start_function_call>call:write_file{path:<escape>x<escape>,content:<escape>\(content)<escape>}<end_function_call>"
    for call in SampleTools.read(text).calls { #expect(call.arguments["content"] == .string(content)) }
  }

  @Test(arguments: [
    "<svg><path d=\"M0 0\"/></svg>", "<parameter name=\"x\">y</parameter> as in every file", "<content>", "a < b",
  ])
  func contentsThatOnlyLookLikeThatPassThrough(content: String) {
    let text =
      "<function=write_file>\n<parameter=path>\nx\n</parameter>\n<parameter=content>\n\(content)\n</parameter>\n</function>"
    #expect(SampleTools.read(text).calls.map { $0.arguments["content"] } == [.string(content)])
  }

  @Test(arguments: [
    "```python\nread_file(path=\"a.c\")\n", "```python\nread_file(path=\"a.c\")\n```\n", "<think>what next?",
    "```python\nread_file(pa\u{0}th=\"a.c\"",
  ])
  func aMarkThatClosesFarBehindTakesAllBackThatIsBefore(between: String) {
    let call = "<write_file><path>x</path><content>\na\n</content></write_file>\n"
    let text = "\(call)\(between)b\n</content></write_file>\n```\n[read_file(path='b.c')]"
    let reading = SampleTools.read(text)
    #expect(reading.calls.isEmpty)
    #expect(reading.mistakes.map(\.name) == ["write_file"])
    var stream = SampleTools.reader.stream()
    for byte in text.utf8 { #expect(stream.feed(CollectionOfOne(byte)).isEmpty) }
    #expect(stream.finish() == reading)
  }

  @Test func whereOnlyTheOuterBracketLacksNothingIsLost() {
    let reading = SampleTools.read(#"{"name": "write_file", "arguments": {"path": "x", "content": "abc"}"#)
    #expect(reading.calls.first?.arguments == ["path": "x", "content": "abc"])
  }

  @Test func anArgumentMayBeGuessedWhereNothingChanges() {
    let call = SampleTools.read(#"read_file(file="a.c")"#).calls.first
    #expect(call?.arguments == ["path": "a.c"])
    #expect(call?.guessed == ["path"])
    let mistake = SampleTools.read(#"write_file(file="a.c", content="x")"#).mistakes.first
    #expect(mistake?.kind == .guessedArgument)
  }

  @Test func aCallInThinkingCountsOnlyIfNothingElseDoes() {
    let thought =
      "<think>Maybe <tool_call>{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}</tool_call></think>"
    #expect(SampleTools.read(thought).plainCalls == [readCall("a.c")])
    #expect(SampleTools.read(thought + "\nread_file(path='b.c')").plainCalls == [readCall("b.c")])
  }

  @Test(arguments: ["User: thanks", "Observation: int main", "### Instruction:", "<tool_response>", "<|im_start|>user"])
  func nothingIsReadBehindATurnThatTheModelMadeUp(turn: String) {
    let text = "[read_file(path='a.c')]\n\n\(turn)\n[read_file(path='b.c')]"
    #expect(SampleTools.read(text).plainCalls == [readCall("a.c")])
  }

  @Test func aCallThatIsShownOnceMoreIsOne() {
    let call = #"{"name": "read_file", "arguments": {"path": "a.c"}}"#
    #expect(SampleTools.read("\(call)\n\nSo I call:\n\n\(call)").plainCalls == [readCall("a.c")])
    #expect(SampleTools.read("\(call)\n\(call)").calls.count == 2)
  }
}
