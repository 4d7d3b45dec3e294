import JSON
import Testing

@testable import OllamaSimulator

/// The cases are those in which a real server with a Qwen 2.5 template was recorded.
@Suite struct ModelOutputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let raw: String
    var content = ""
    var calls: [JSONValue] = []
    var testDescription: String { name }
  }

  static let call: JSONValue = ["read_file", ["path": "main.py"]]

  static let cases = [
    Case(
      name: "valid call",
      raw: "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"main.py\"}}\n</tool_call>",
      calls: [call]
    ),
    Case(
      name: "prose, then call",
      raw: "I will read.\n<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"main.py\"}}\n</tool_call>",
      content: "I will read.\n",
      calls: [call]
    ),
    Case(
      name: "call, then prose",
      raw: "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"main.py\"}}\n</tool_call>\nDone.",
      calls: [call]
    ),
    Case(
      name: "two calls",
      raw: """
        <tool_call>
        {"name": "read_file", "arguments": {"path": "main.py"}}
        </tool_call>
        <tool_call>
        {"name": "write_file", "arguments": {"path": "a.py", "content": "x = {\\"}\\": 1}\\n"}}
        </tool_call>
        """,
      calls: [call, ["write_file", ["path": "a.py", "content": "x = {\"}\": 1}\n"]]]
    ),
    Case(
      name: "arguments as a string",
      raw: #"<tool_call>{"name": "read_file", "arguments": "{\"path\": \"main.py\"}"}</tool_call>"#,
      calls: [call]
    ),
    Case(
      name: "parameters for arguments",
      raw: #"<tool_call>{"name": "read_file", "parameters": {"path": "main.py"}}</tool_call>"#,
      calls: [call]
    ),
    Case(
      name: "no closing tag",
      raw: #"<tool_call>{"name": "read_file", "arguments": {"path": "main.py"}}"#,
      calls: [call]
    ),
    Case(
      name: "no arguments in it",
      raw: #"<tool_call>{"name": "read_file", "arguments": {}}"#,
      calls: [["read_file", [:]]]
    ),
    Case(name: "single quotes", raw: "<tool_call>{'name': 'read_file', 'arguments': {'path': 'main.py'}}</tool_call>"),
    Case(name: "trailing comma", raw: #"<tool_call>{"name": "read_file", "arguments": {"path": "m",}}</tool_call>"#),
    Case(name: "unknown tool", raw: #"<tool_call>{"name": "open_file", "arguments": {"path": "m"}}</tool_call>"#),
    Case(name: "empty name", raw: #"<tool_call>{"name": "", "arguments": {"path": "m"}}</tool_call>"#),
    Case(name: "no name", raw: #"<tool_call>{"arguments": {"path": "m"}}</tool_call>"#),
    Case(name: "truncated", raw: #"<tool_call>{"name": "read_file", "arguments": {"path": "ma"#),
    Case(
      name: "raw newline in a string",
      raw: "<tool_call>{\"name\": \"write_file\", \"arguments\": {\"content\": \"a\nb\"}}</tool_call>"
    ),
    Case(
      name: "bare JSON",
      raw: #"{"name": "read_file", "arguments": {"path": "main.py"}}"#,
      content: #"{"name": "read_file", "arguments": {"path": "main.py"}}"#
    ),
    Case(
      name: "fenced JSON",
      raw: "```json\n{\"name\": \"read_file\"}\n```",
      content: "```json\n{\"name\": \"read_file\"}\n```"
    ),
    Case(name: "Python call", raw: "[read_file(path='main.py')]", content: "[read_file(path='main.py')]"),
  ]

  @Test(arguments: cases)
  func readsRawTextAsTheTemplateWould(_ example: Case) {
    let output = ModelOutput(raw: example.raw, isThinking: false, tools: ["read_file", "write_file"])
    #expect(output.content == example.content)
    #expect(output.calls.map { [.string($0.name), .object($0.arguments)] } == example.calls)
  }

  @Test func looksForNoCallsWithoutTools() {
    let raw = #"<tool_call>{"name": "read_file", "arguments": {}}</tool_call>"#
    let output = ModelOutput(raw: raw, isThinking: false, tools: [])
    #expect(output.content == raw)
    #expect(output.calls.isEmpty)
  }

  @Test func dividesThinkingFromTheRest() {
    let output = ModelOutput(raw: "<think>\nHm.\n</think>\n\nYes.", isThinking: true, tools: [])
    #expect(output.thinking == "Hm.")
    #expect(output.content == "Yes.")
  }

  @Test func leavesTagsAloneWhenThinkingIsOff() {
    let output = ModelOutput(raw: "<think>Hm.</think>Yes.", isThinking: false, tools: [])
    #expect(output.thinking == "")
    #expect(output.content == "<think>Hm.</think>Yes.")
  }
}
