import JSON
import Pipeline
import Testing

@Suite struct MessageTests {
  private static let call = ToolCall(id: "call_1", name: "read_file", arguments: ["path": "a", "lines": [1, 2]])

  @Test(arguments: [
    Message.system("s"),
    Message.user("ü\n\u{0}"),
    Message.assistant("", toolCalls: [call, call]),
    Message.result("text", of: call),
    Message(role: .assistant, content: "x", thinking: "y"),
  ])
  func readsWhatItWrote(message: Message) throws {
    #expect(try Message(json: message.json) == message)
    #expect(try Message(json: try JSONValue(parsing: message.json.text())) == message)
  }

  @Test func writesOnlyWhatIsThere() {
    #expect(Message.user("a").json.text() == #"{"role":"user","content":"a"}"#)
  }

  @Test(arguments: [
    ("[]", "object"),
    (#"{"content":"a"}"#, "role"),
    (#"{"role":"robot","content":"a"}"#, "role"),
    (#"{"role":"user"}"#, "content"),
    (#"{"role":"user","content":"a","tool_calls":[{"id":"1","name":"a"}]}"#, "arguments"),
  ])
  func namesWhatIsWrong(text: String, key: String) throws {
    let value = try JSONValue(parsing: text)
    let error = #expect(throws: StoredValueError.self) { try Message(json: value) }
    #expect(error?.description.contains("'\(key)'") == true)
  }

  @Test func keepsUsage() {
    let usage = ModelUsage(promptTokens: 1, outputTokens: 2, load: .nanoseconds(3), prompt: .seconds(4))
    #expect(ModelUsage(json: usage.json) == usage)
  }

  @Test func countsTokensASecond() {
    #expect(ModelUsage(outputTokens: 30, evaluation: .milliseconds(1500)).tokensPerSecond == 20)
    #expect(ModelUsage(outputTokens: 30).tokensPerSecond == nil)
  }
}
