import JSON
import Testing

@testable import ToolCallReading
@testable import autonomy_fuzz

/// The ways in which models write calls.
@Suite struct FormatTests {
  @Test(arguments: [
    #"{"name": "read_file", "arguments": {"path": "a.c"}}"#,
    #"{"name": "read_file", "parameters": {"path": "a.c"}}"#,
    #"{"tool": "read_file", "args": {"path": "a.c"}}"#,
    #"{"tool_name": "read_file", "tool_input": {"path": "a.c"}}"#,
    #"{"type": "function", "function": {"name": "read_file", "arguments": "{\"path\": \"a.c\"}"}}"#,
    #"{"function": "read_file", "arguments": {"path": "a.c"}}"#,
    #"{"tool_call": {"name": "read_file", "arguments": {"path": "a.c"}}}"#,
    #"{"tool_calls": [{"id": "1", "function": {"name": "read_file", "arguments": {"path": "a.c"}}}]}"#,
    #"{"read_file": {"path": "a.c"}}"#,
    #"[{"read_file": {"path": "a.c"}}]"#,
    #"{"name": "read_file", "path": "a.c"}"#,
    #"{"arguments": {"path": "a.c"}, "name": "read_file"}"#,
    "```json\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}\n```",
    "```\n[{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}]\n```",
    "```tool_call\nread_file(path: 'a.c')\n```",
    #"<tool_call>{"name": "read_file", "arguments": {"path": "a.c"}}</tool_call>"#,
    #"<functioncall> {"name": "read_file", "arguments": {"path": "a.c"}}"#,
    #"[TOOL_CALLS][{"name": "read_file", "arguments": {"path": "a.c"}}]"#,
    #"[TOOL_CALLS]read_file[ARGS]{"path": "a.c"}"#,
    #"<|python_tag|>{"name": "read_file", "parameters": {"path": "a.c"}}"#,
    #"<|tool_call|>[{"name": "read_file", "arguments": {"path": "a.c"}}]<|/tool_call|>"#,
    "read_file\n{\"path\": \"a.c\"}",
    "read_file: {\"path\": \"a.c\"}",
    "Action: read_file\nAction Input: {\"path\": \"a.c\"}",
    "<｜tool▁call▁begin｜>function<｜tool▁sep｜>read_file\n```json\n{\"path\": \"a.c\"}\n```<｜tool▁call▁end｜>",
    #"<|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>{"path": "a.c"}<|tool_call_end|>"#,
    #"('read_file', {'path': 'a.c'})"#,
    #"[["read_file", {"path": "a.c"}]]"#,
    #"read_file(path="a.c")"#,
    #"[read_file(path='a.c')]"#,
    #"read_file("a.c")"#,
    #"read_file({"path": "a.c"})"#,
    #"read_file(**{"path": "a.c"})"#,
    #"read_file(path=a.c)"#,
    #"["read_file(path='a.c')"]"#,
    #"['read_file(path=\'a.c\')']"#,
    "<function=read_file>\n<parameter=path>\na.c\n</parameter>\n</function>",
    #"<tool_call><function=read_file>{"path": "a.c"}</function></tool_call>"#,
    #"<invoke name="read_file"><parameter name="path">a.c</parameter></invoke>"#,
    #"<tool name="read_file"><path>a.c</path></tool>"#,
    "<read_file>\n<path>a.c</path>\n</read_file>",
    "<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a.c</arg_value>\n</tool_call>",
    #"<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path": "a.c"}<|call|>"#,
    #"<|start|>assistant<|channel|>commentary to=read_file<|message|>{"path": "a.c"}"#,
    #"functools[{"name": "read_file", "arguments": {"path": "a.c"}}]"#,
    "<invoke>\n<tool_name>read_file</tool_name>\n<parameters>\n<path>a.c</path>\n</parameters>\n</invoke>",
    "```tool_code\nprint(default_api.read_file(path=\"a.c\"))\n```",
    "{\"name\": \"read_file\", // reads\n \"arguments\": {\"path\": \"a.c\"}}",
    "<start_function_call>call:read_file{path:<escape>a.c<escape>}<end_function_call>",
    #"<|tool_call>call:read_file{path:<|"|>a.c<|"|>}<tool_call|>"#,
  ])
  func findsTheCall(in text: String) {
    let reading = SampleTools.read(text)
    #expect(reading.plainCalls == [readCall("a.c")])
    #expect(reading.mistakes.isEmpty)
    #expect(SampleTools.read("I look at it first.\n\n" + text).plainCalls == [readCall("a.c")])
    #expect(SampleTools.read("<think>\nA file? Yes.\n</think>\n" + text).plainCalls == [readCall("a.c")])
  }

  @Test(arguments: [
    #"[read_file(path="a.c"), read_file(path="b.c", start_line=3)]"#,
    "read_file(path=\"a.c\")\nread_file(path=\"b.c\", start_line=3)",
    "[read_file(path=\"a.c\")], [read_file(path=\"b.c\", start_line=3)]",
    #"['read_file(path="a.c")', 'read_file(path="b.c", start_line=3)']"#,
    "1. `read_file(path=\"a.c\")`\n2. `read_file(path=\"b.c\", start_line=3)`",
    #"{"name": "read_file", "arguments": {"path": "a.c"}}; {"name": "read_file", "arguments": {"path": "b.c", "start_line": 3}}"#,
    """
    <tool_call>
    {"name": "read_file", "arguments": {"path": "a.c"}}
    </tool_call>
    <tool_call>
    {"name": "read_file", "arguments": {"path": "b.c", "start_line": 3}}
    </tool_call>
    """,
    """
    First the one:
    ```json
    {"name": "read_file", "arguments": {"path": "a.c"}}
    ```
    then the other:
    ```json
    {"name": "read_file", "arguments": {"path": "b.c", "start_line": 3}}
    ```
    """,
    #"[{"read_file": {"path": "a.c"}}, {"read_file": {"path": "b.c", "start_line": 3}}]"#,
    #"{"read_file": [{"path": "a.c"}, {"path": "b.c", "start_line": 3}]}"#,
    """
    <function_calls><invoke name="read_file"><parameter name="path">a.c</parameter></invoke>
    <invoke name="read_file"><parameter name="path">b.c</parameter><parameter name="start_line">3</parameter></invoke>
    </function_calls>
    """,
  ])
  func keepsTheOrderOfCalls(in text: String) {
    #expect(SampleTools.read(text).plainCalls == [readCall("a.c"), readCall("b.c", ["start_line": 3])])
  }

  @Test func readsNestedValuesOfPython() {
    let reading = SampleTools.read(#"search_files("x", ["*.c", r'\d'], recursive=True)"#)
    #expect(
      reading.plainCalls == [
        ["name": "search_files", "arguments": ["pattern": "x", "globs": ["*.c", "\\d"], "recursive": true]]
      ]
    )
  }

  @Test func leavesTheTextAroundTheCalls() {
    let reading = SampleTools.read(
      "I read it.\n\n<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}\n</tool_call>\nDone."
    )
    #expect(reading.text == "I read it.\nDone.")
    #expect(SampleTools.read("[read_file(path='a.c')]").text == "")
    #expect(SampleTools.read("No call here.").text == "No call here.")
  }
}
