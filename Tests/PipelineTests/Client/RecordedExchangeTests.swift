import JSON
import Pipeline
import TestSupport
import Testing

/// What real servers sent, played back to the client; the recordings are not part of the repository.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: Recording.areThere, "There is no 'shared/data/ollama' and 'llama_server' beside the repository.")
)
struct RecordedExchangeTests {
  private static let chats = ["/api/chat", "/v1/chat/completions"]

  /// A row for each exchange: what it came to, and what is to be done about that.
  @Test func everyExchangeComesToWhatTheTableSays() async throws {
    var rows: [String] = []
    for recording in try Recording.all() { rows.append(await Self.row(recording)) }
    Snapshot("recorded-exchanges.txt").expect(rows.joined(separator: "\n") + "\n")
  }

  private static func row(_ recording: Recording) async -> String {
    let outcome: String
    do throws(ModelError) {
      if let answer = try await recording.answerToAQuestion() {
        outcome = answer
      } else {
        outcome = summary(try await recording.play())
      }
    } catch {
      outcome = "\(error.consequence.rawValue): \(error)"
    }
    return "\(recording.name): \(outcome)".replacing(/127\.0\.0\.1:\d+/, with: "HOST")
  }

  private static func summary(_ reply: ModelReply) -> String {
    func short(_ text: String) -> String { JSONValue.string(String(text.prefix(40))).text() }
    var words = ["\(reply.consequence.rawValue): \(reply.finish)"]
    if !reply.content.isEmpty { words.append("said \(short(reply.content)) (\(reply.content.utf8.count))") }
    if !reply.thinking.isEmpty { words.append("thought \(short(reply.thinking))") }
    words += reply.toolCalls.prefix(2).map { "called \($0.name)\(JSONValue.object($0.arguments).text())" }
    if reply.toolCalls.count > 2 { words.append("and \(reply.toolCalls.count - 2) more") }
    func count(_ tokens: Int?) -> String { tokens.map { "\($0)" } ?? "?" }
    return (words + ["tokens \(count(reply.usage.promptTokens)) + \(count(reply.usage.outputTokens))"])
      .joined(separator: ", ")
  }

  @Test func everyAnswerHoldsTheWholeTextAndAllCalls() async throws {
    var count = 0
    for recording in try Recording.all()
    where recording.status == 200 && recording.method == "POST" && Self.chats.contains(recording.url)
      && !recording.name.hasPrefix("error_bodies/")
    {
      let reply = try await recording.play()
      count += 1
      #expect(reply.content == recording.expectedContent, "\(recording.name)")
      let calls = reply.toolCalls.map { [.string($0.name), JSONValue.object($0.arguments)] }
      #expect(calls == (reply.finish == .length ? [] : recording.expectedCalls), "\(recording.name)")
      let ids = reply.toolCalls.map { $0.id }
      #expect(Set(ids).count == ids.count && !ids.contains(""), "\(recording.name)")
      #expect(reply.usage.promptTokens == recording.expectedPromptTokens, "\(recording.name)")
    }
    #expect(count > 100)
  }

  @Test func readsTheListsOfModels() async throws {
    let (tags, list) = (try server("live/tags"), try server("live/v1_models"))
    let models = try await tags.client().api.models()
    #expect(models.count == 4)
    #expect(models.allSatisfy { $0.bytes > 1_000_000 && $0.billions > 0.01 && $0.capabilities != nil })
    #expect(try await list.openAI().api.models().map { $0.name } == models.map { $0.name })
  }

  @Test func readsWhatAModelCanDo() async throws {
    let (found, missing) = (try server("live/show_tiny-think"), try server("live/show_missing"))
    let details = try await found.client().api.details(of: "tiny-think")
    #expect(details == ModelDetails(contextLength: 8192, capabilities: ["tools", "thinking", "completion"]))
    await #expect(throws: ModelError.modelMissing("nope", at: [.init(server: "test", models: [])])) {
      try await missing.client().api.details(of: "nope")
    }
  }

  private func server(_ name: String) throws -> ChatServer {
    try #require(try Recording.all().first { $0.name == name }).server()
  }
}

extension Recording {
  /// What the client makes of the answer to a question about models, or nil if it is one to another question.
  fileprivate func answerToAQuestion() async throws(ModelError) -> String? {
    let server = server()
    let api = server.client().api
    func names(_ names: [String]) -> String { "use: \(names.joined(separator: ", "))" }
    switch url {
    case "/api/tags": return names(try await api.models().map { "\($0.name)" })
    case "/v1/models": return names(try await server.openAI().api.models().map { "\($0.name)" })
    case "/api/ps": return names(try await api.running().map { "\($0.name) with \($0.contextLength ?? 0)" })
    case "/api/version": return names([try await api.version()])
    case "/api/show":
      let details = try await api.details(of: "m")
      return names([details.contextLength.map { "\($0)" } ?? "?"] + (details.capabilities ?? []).sorted())
    default: return nil
    }
  }

  fileprivate var expectedPromptTokens: Int? {
    if url == "/api/chat" { return objects.last?["prompt_eval_count"]?.integer }
    if let usage = objects.compactMap({ $0["usage"]?["prompt_tokens"]?.integer }).last { return usage }
    return objects.compactMap { $0["timings"] }.last.flatMap { timings in
      timings["prompt_n"]?.integer.flatMap { read in timings["cache_n"]?.integer.map { read + $0 } }
    }
  }
}
