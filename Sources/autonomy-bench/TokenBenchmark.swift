import JSON
import OllamaSimulator
import Pipeline

/// What the models of a whole run have to read, against sending them everything every time.
///
/// *Everything* is, at each request: its system prompt (the plan is in it) and its tools, as they were sent; every other
/// file of the project, as it was at that moment; and all answers and tool results of the run so far, once each and
/// unabridged. The instruction of the step itself is left out of it, which makes it smaller. Bytes become tokens by the
/// simulated server's own rule for both.
struct TokenBenchmark {
  private static let bytesPerToken = 4

  func measurements() async throws -> [Measurement] {
    var measurements: [Measurement] = []
    for isOrchestrated in [false, true] {
      let mode = isOrchestrated ? "orchestrated" : "traditional"
      let run = try await DemoRun(isOrchestrated: isOrchestrated).run()
      measurements += [
        Measurement(
          name: "prompt tokens of the demo, \(mode), \(run.exchanges.count) requests",
          value: Double(run.promptTokens),
          unit: "tokens",
          yardstick: ("sending everything every time", Double(Self.everything(run.exchanges))),
          target: "at most 0.5 times"
        ),
        Measurement(
          name: "prefix shared by consecutive prompts of a phase, \(mode)",
          value: Self.sharedPart(of: run.exchanges.map(\.request)),
          unit: "of their bytes",
          target: "at least 0.8"
        ),
      ]
    }
    return measurements
  }

  /// The tokens that sending everything with each of these requests takes.
  private static func everything(_ exchanges: [DemoRun.Exchange]) -> Int {
    var history = 0
    var known: [String: Int] = [:]
    var tokens = 0
    for exchange in exchanges {
      let request = exchange.request
      let messages = request.messages
      // What a step's conversation holds that its earlier requests did not: results of the last answer's calls.
      let step = conversation(of: request)
      let results = messages.filter { $0["role"] == "tool" }
      history += results.dropFirst(known[step] ?? 0).reduce(0) { $0 + $1.utf8().count }
      known[step] = results.count
      let system = messages.prefix { $0["role"] == "system" }.reduce(0) { $0 + $1.utf8().count }
      let tools = request.body["tools"].map { $0.utf8().count } ?? 0
      tokens += (system + tools + exchange.fileBytes + history + bytesPerToken - 1) / bytesPerToken
      history += exchange.replyBytes
    }
    return tokens
  }

  /// What names the conversation that a request belongs to: its first instruction, which later requests begin with too.
  private static func conversation(of request: RecordedRequest) -> String {
    request.messages.first { $0["role"] == "user" }?["content"]?.string ?? ""
  }

  /// The part of all prompts but the first of each phase that stood in the prompt before it.
  private static func sharedPart(of requests: [RecordedRequest]) -> Double {
    var last: [String: [UInt8]] = [:]
    var (shared, all) = (0, 0)
    for request in requests {
      let line = request.messages.last { $0["role"] == "user" }?["content"]?.string ?? ""
      let phase = String(line.prefix { $0 != " " })
      // As templates lay it out: tools beside the system prompt, then the conversation.
      var text = request.messages.prefix(1).flatMap { $0.utf8() } + (request.body["tools"]?.utf8() ?? [])
      for message in request.messages.dropFirst() { text += message.utf8() }
      if let before = last[phase] {
        shared += zip(before, text).prefix { $0 == $1 }.count
        all += text.count
      }
      last[phase] = text
    }
    return Double(shared) / Double(max(1, all))
  }
}
