/// Makes texts that are nearly calls, the same ones for the same seed.
struct Mutation: RandomNumberGenerator {
  private static let calls: [String] = [
    #"{"name": "read_file", "arguments": {"path": "src/a.c", "start_line": 3}}"#,
    #"[{"name": "search_files", "parameters": {"pattern": "a\\d+", "globs": ["*.c", "*.h"], "recursive": true}}]"#,
    #"{'tool': 'finish', 'args': {'summary': 'It is done', 'status': 'gave up',},}"#,
    #"{"tool_calls": [{"function": {"name": "finish", "arguments": "{\"summary\": \"a \\\"b\\\"\"}"}}]}"#,
    #"[search_files(pattern='x', globs=["*.c"], recursive=True), read\_file(path=a.c), finish("ok")]"#,
    #"['read_file(path=\'a.c\')', "finish()"]"#,
    #"<invoke name="search_files"><parameter name="pattern">a & b</parameter></invoke>"#,
    "<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a.c</arg_value>\n</tool_call>",
    "Action: read_file\nAction Input: {\"path\": \"a.c\"}",
    #"<|tool_call>call:finish{summary:<|"|>done<|"|>}<tool_call|>"#,
    "```python\nread_file(path=\"a.c\")\n```",
  ]

  private static let pieces: [String] = [
    "{", "}", "[", "]", "(", ")", "\"", "'", "\\", ",", ":", "=", "<", ">", "/", "`", "```",
    "```json\n", "\n", "\r\n",
    " ", "\u{0}", "é", "“", "”", "\\\"", "\\'", "\\n", "\\u00e9", "\\ud83d", "\"\"\"", "<think>",
    "</think>",
    "<tool_call>", "</tool_call>", "</parameter>", "<escape>", "<|message|>", "<|channel|>analysis",
    "None", "read_file",
    "write_file(", "path=", "\"name\": ", "\"arguments\": {", "I call it now: ", "1.5e3", "-",
    "0x1F", "**",
  ]

  private var state: UInt64

  init(seed: UInt64) {
    state = seed
    for _ in 0..<4 { _ = next() }
  }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
  }

  /// The next text.
  mutating func text() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0...(next() % 3) {
      bytes += (Self.calls.randomElement(using: &self) ?? "").utf8
      if next() % 2 == 0 { bytes += write() }
      bytes += (["\n", "\n\nThen: ", ", ", ""].randomElement(using: &self) ?? "").utf8
    }
    for _ in 0..<(next() % 6) { mutate(&bytes) }
    return bytes
  }

  private mutating func write() -> [UInt8] {
    let content = SampleContents.all.randomElement(using: &self) ?? ""
    return Array((CallForm.allCases.randomElement(using: &self) ?? .json).text(content).utf8)
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let first = Int.random(in: 0...bytes.count, using: &self)
    let last = min(bytes.count, first + Int.random(in: 0...12, using: &self))
    switch next() % 8 {
    case 0: bytes.removeSubrange(first..<last)
    case 1: bytes.insert(contentsOf: bytes[first..<last], at: last)
    case 2: bytes.removeLast(bytes.count - max(first, bytes.count / 2))
    case 3 where first < bytes.count: bytes[first] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 4:
      let other = Int.random(in: 0...bytes.count, using: &self)
      bytes.insert(contentsOf: bytes[first..<last], at: other)
    default:
      bytes.insert(
        contentsOf: Array((Self.pieces.randomElement(using: &self) ?? "").utf8),
        at: first
      )
    }
  }
}
