import HTTP
import JSON
import Pipeline

/// How fast the client takes a streamed answer over a real connection, and what memory that needs.
struct StreamBenchmark {
  /// How a kind of server writes an answer, a token at a time.
  private struct Format {
    let kind: ServerKind
    let line: String
    let end: String
  }

  private static let ollama = Format(
    kind: .ollama,
    line:
      #"{"model":"bench:1b","created_at":"2026-01-01T00:00:00.123456789Z","message":{"role":"assistant","content":"word"},"#
      + #""done":false}"# + "\n",
    end:
      #"{"model":"bench:1b","created_at":"2026-01-01T00:00:00.123456789Z","message":{"role":"assistant","content":""},"#
      + #""done":true,"done_reason":"stop","prompt_eval_count":10,"eval_count":10}"# + "\n"
  )
  private static let openAI = Format(
    kind: .openai,
    line: #"data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"word"}}],"created":1767225600,"#
      + #""id":"chatcmpl-bench","model":"bench","object":"chat.completion.chunk"}"# + "\n\n",
    end: #"data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}]}"# + "\n\ndata: [DONE]\n\n"
  )

  func measurements() async throws -> [Measurement] {
    let small = try await stream(Self.ollama, chunks: 80_000)
    let large = try await stream(Self.ollama, chunks: 800_000)
    let events = try await stream(Self.openAI, chunks: 800_000)
    let megabytes = Self.megabytes(Self.ollama)
    return [
      Measurement(
        name: "stream of \(megabytes) MB",
        value: 800_000 / (large.time / .seconds(1)),
        unit: "chunks/s",
        yardstick: ("parsing the lines alone", try Self.parsing(Self.ollama.line)),
        target: "at least 100,000 chunks/s"
      ),
      Measurement(
        name: "stream of \(Self.megabytes(Self.openAI)) MB of events",
        value: 800_000 / (events.time / .seconds(1)),
        unit: "chunks/s",
        yardstick: ("parsing their data alone", try Self.parsing(String(Self.openAI.line.dropFirst(6)))),
        target: "at least 100,000 chunks/s"
      ),
      Measurement(
        name: "peak memory over \(megabytes) MB",
        value: Double(large.peak) / 1024,
        unit: "MiB",
        yardstick: ("over a tenth of it", Double(small.peak) / 1024),
        target: "flat"
      ),
    ]
  }

  private static func megabytes(_ format: Format) -> Int { 800_000 * format.line.utf8.count / 1_000_000 }

  private func stream(_ format: Format, chunks: Int) async throws -> ChildProcess.Figures {
    let server = try CannedServer(line: format.line, count: chunks, end: format.end)
    let address = ModelServer(name: "bench", kind: format.kind, url: "http://127.0.0.1:\(server.port)")
    let pool = ModelPool(servers: [address])
    let request = ModelRequest(
      model: ModelName("bench:1b"),
      messages: [.user("Write.")],
      options: ModelOptions(numContext: 4096, numPredict: 1024),
      server: "bench"
    )
    Memory.forgetPeak()
    let start = ContinuousClock.now
    let reply = try await pool.reply(to: request)
    let time = ContinuousClock.now - start
    guard reply.content.utf8.count == chunks * 4 else {
      throw ChildProcess.Failure(description: "The answer has \(reply.content.utf8.count) bytes.")
    }
    return ChildProcess.Figures(time: time, peak: Memory.peak())
  }

  /// Lines a second that the JSON reader alone takes.
  private static func parsing(_ line: String) throws -> Double {
    let bytes = Array(line.utf8)
    let start = ContinuousClock.now
    for _ in 0..<100_000 { _ = try JSONValue(parsing: bytes) }
    return 100_000 / ((ContinuousClock.now - start) / .seconds(1))
  }
}
