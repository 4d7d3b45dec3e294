import Pipeline
import Testing

@Suite struct TokenBoundsTests {
  /// A line of text, and the tokens that Qwen's tokenizer makes of fifty such lines.
  private static let texts: [(String, tokens: Int)] = [
    (
      "The pipeline reads the plan, writes the code and reviews it. What fails is mended, and what holds is "
        + "documented. ", 1251
    ),
    ("internationalization responsibility characteristics implementation infrastructure documentation ", 351),
    (
      "  package func tokens(in request: ModelRequest) -> Int {\n    tokens(inBytes: Self.bytes(of: request), for: "
        + "request.model)\n  }\n\n", 1550
    ),
    (
      #"{"type":"function","function":{"name":"read_file","parameters":{"path":{"type":"string"},"line":17}}}"#
        + "\n", 1300
    ),
    ("4821,1093,7746,2958,6310,8427,5069,3174,9802,1655\n", 2500),
    ("模型服务器没有给出答案，请检查它是否正在运行，然后继续。上下文窗口的大小由配置决定。", 1200),
    ("Сервер модели не ответил, проверьте, работает ли он, и продолжайте. ", 902),
    (String(repeating: " ", count: 40) + "x\n", 150),
    (String(repeating: "=", count: 80) + "\n", 100),
    ("│ name │ value │\n├──────────────────────────────┼──────────────────────────────┤\n", 1000),
    (String(repeating: "-=", count: 20) + "\n", 300),
    (String(repeating: "x", count: 80), 500),
  ]

  @Test(arguments: texts)
  func noTextHasFewerTokensThanTheLeast(line: String, tokens: Int) {
    let bounds = TokenBounds(of: String(repeating: line, count: 50))
    // The detector of cut prompts goes up to so much above the least.
    #expect(bounds.least * 8 / 5 <= tokens)
    // A bound that is never near finds nothing.
    if line.contains(" the ") { #expect(bounds.least > tokens / 3) }
  }

  /// A simulated server counts all bytes alike.
  @Test(arguments: texts.map(\.0))
  func noTextHasFewerTokensThanAServerCountsThatTellsNoBytesApart(line: String) {
    let text = String(repeating: line, count: 50)
    #expect(TokenBounds(of: text).least * 8 / 5 <= text.utf8.count / 5)
  }

  /// Not that of the second line, whose words are all long.
  @Test(arguments: texts[..<1] + texts[2..<7])
  func knowsAboutHowManyTokensTextTypicallyHas(line: String, tokens: Int) {
    let typical = TokenBounds(of: String(repeating: line, count: 50)).typical
    #expect((tokens * 3 / 4...tokens * 3 / 2).contains(typical))
  }

  @Test func leavesOutWhatTemplatesLeaveOut() {
    let thought = Message(role: .assistant, content: "x", thinking: String(repeating: "hm ", count: 1000))
    #expect(TokenBounds(of: [thought]).least == TokenBounds(of: [.assistant("x")]).least)
  }
}
