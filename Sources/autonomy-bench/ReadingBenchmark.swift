import JSON
import ToolCallReading

/// How fast tool calls are read out of text, against the strict JSON parser over the call alone.
struct ReadingBenchmark {
  private static let content = String(
    repeating:
      "func f(_ a: Int) -> [String: Int] {\n  guard a > 0 else { return [:] }\n  return [\"k\": g(a, { $0 + 1 })]\n}\n",
    count: 15
  )
  private static let call: JSONValue = [
    "name": "write_file", "arguments": ["path": "Sources/f.swift", "content": .string(content)],
  ]
  private static let answer = Array(
    """
    I will write the function first, since the failing test (see above) names it; `g` returns nil for "x".

    <tool_call>
    \(call.text())
    </tool_call>

    """.utf8
  )
  private static let text: JSONValue = ["type": "string"]
  private static let reader = CallReader(
    tools: ["read_file", "write_file", "edit_file", "search_files", "run_check", "finish", "ask_user"].map { name in
      ToolSchema(
        name: name,
        parameters: [
          "type": "object", "properties": ["path": text, "content": text, "old_text": text, "new_text": text],
          "required": ["path"],
        ],
        changesFiles: name == "write_file" || name == "edit_file"
      )
    }
  )

  func measurements() throws -> [Measurement] {
    let json = Self.call.utf8()
    let small = try Self.read(Self.answer, times: 501)
    let strict = try Self.median(times: 501) { _ = try JSONValue(parsing: json) }
    let megabyte = try Self.read(Self.repeated(1_000_000), times: 21)
    let values = (0..<(1_000_000 / json.count)).map { _ in Self.call }
    let list = JSONValue.array(values).utf8()
    let strictMegabyte = try Self.median(times: 21) { _ = try JSONValue(parsing: list) }
    let large = try Self.read(Self.repeated(100_000_000), times: 1)
    return [
      Measurement(
        name: "reading an answer of \(Self.answer.count) bytes",
        value: small / .microseconds(1),
        unit: "µs",
        yardstick: ("the JSON parser over the call", strict / .microseconds(1)),
        target: "at most 20 µs"
      ),
      Measurement(
        name: "reading 1 MB of answers",
        value: megabyte.milliseconds,
        unit: "ms",
        yardstick: ("the JSON parser over as much", strictMegabyte.milliseconds),
        target: "at most 10 ms"
      ),
      Measurement(
        name: "reading 100 MB of answers",
        value: large.milliseconds,
        unit: "ms",
        yardstick: ("a hundred times 1 MB", 100 * megabyte.milliseconds),
        target: "linear"
      ),
      try first(),
    ]
  }

  /// How much of an answer of two calls is still to come when the first call is there.
  private func first() throws -> Measurement {
    let bytes = Self.answer + Self.answer
    var stream = Self.reader.stream()
    for (index, byte) in bytes.enumerated() where !stream.feed(CollectionOfOne(byte)).isEmpty {
      return Measurement(
        name: "bytes read until the first call is handed on",
        value: Double(index + 1),
        unit: "bytes",
        yardstick: ("the answer", Double(bytes.count)),
        target: "the first of two calls while the second streams"
      )
    }
    throw ChildProcess.Failure(description: "No call was handed on.")
  }

  private static func repeated(_ size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + answer.count)
    while bytes.count < size { bytes += answer }
    return bytes
  }

  private static func read(_ bytes: [UInt8], times: Int) throws -> Duration {
    try median(times: times) {
      let calls = reader.read(bytes).calls
      // All but the first are the same call shown once more behind some text.
      guard calls.first?.arguments["content"] == .string(content) else {
        throw ChildProcess.Failure(description: "The call was not read.")
      }
    }
  }

  private static func median(times: Int, _ body: () throws -> Void) throws -> Duration {
    let durations = try (0..<times).map { _ in
      let start = ContinuousClock.now
      try body()
      return ContinuousClock.now - start
    }
    return durations.sorted()[times / 2]
  }
}
