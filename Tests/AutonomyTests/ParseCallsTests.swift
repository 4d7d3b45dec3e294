import JSON
import TestSupport
import Testing

@testable import autonomy

@Suite struct ParseCallsTests {
  private static let tools = """
    [{"type": "function", "function": {"name": "read_file", "parameters": {"type": "object",
      "properties": {"path": {"type": "string"}}, "required": ["path"]}}},
     {"name": "delete_file", "changesFiles": true, "parameters": {"type": "object",
      "properties": {"path": {"type": "string"}}, "required": ["path"]}}]
    """
  private static let answer = "I look.\n[read_file(path='a.c'), delete_file(file='b.c')]\n"

  private func folder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write(Self.tools, to: "tools.json")
    return folder
  }

  @Test func showsTheCallsAndWhatIsWrong() async throws {
    let folder = try folder()
    let words = await Invocation("parse-calls", "--tools", "tools.json", in: folder.path, input: Self.answer)
    Snapshot("parse-calls.txt").expect(words.output)
    let lines = await Invocation("parse-calls", "--tools", "tools.json", "--json", in: folder.path, input: Self.answer)
    Snapshot("parse-calls.jsonl").expect(lines.output)
    #expect(lines.exitCode == 0)
  }

  @Test func saysThatThereIsNoCall() async throws {
    let folder = try folder()
    let invocation = await Invocation("parse-calls", "--tools", "tools.json", in: folder.path, input: "Hello.")
    #expect(invocation.output == "There is no call.\n")
    #expect(invocation.exitCode == 0)
  }

  @Test func answersEveryLineOfACorpus() async throws {
    let folder = try TemporaryDirectory()
    let row = #"{"id": 7, "tools": [{"name": "ls", "parameters": {}}], "raw_output": "[ls()]"}"#
    let invocation = await Invocation("parse-calls", "--jsonl", in: folder.path, input: "\(row)\n\n\(row)")
    let answer: JSONValue = [
      "id": 7, "calls": [["name": "ls", "arguments": [:]]], "stage": "exact", "notes": [],
    ]
    #expect(try invocation.lines == [answer, answer])
  }

  @Test(arguments: [("{", "Line 2"), (#"{"id": 1}"#, "needs 'id', 'tools' and 'raw_output'")])
  func namesTheLineThatIsWrong(line: String, message: String) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation("parse-calls", "--jsonl", in: folder.path, input: "\n\(line)\n")
    #expect(invocation.errors.contains(message))
    #expect(invocation.exitCode == 2)
  }

  @Test(arguments: [nil, "{", "[{}]"])
  func refusesToolsThatAreNone(text: String?) async throws {
    let folder = try TemporaryDirectory()
    if let text { try folder.write(text, to: "tools.json") }
    let invocation = await Invocation("parse-calls", "--tools", "tools.json", in: folder.path)
    #expect(invocation.errors.contains("tools.json"))
    #expect(invocation.exitCode == 2)
  }
}
