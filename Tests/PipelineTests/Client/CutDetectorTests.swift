import JSON
import Pipeline
import TestSupport
import Testing

@Suite struct CutDetectorTests {
  private let meter = TokenMeter()
  private static let prose = "The pipeline reads the plan, writes the code and reviews it. "
  private static let row = "4821,1093,7746,2958,6310,8427,5069,3174,9802,1655\n"

  private func request(_ texts: [String], window: Int = 16_384) -> ModelRequest {
    var request = ModelRequest.short()
    request.options.numContext = window
    request.messages = [.system("You write code.")] + texts.map { .user($0) }
    return request
  }

  private func text(_ line: String, bytes: Int) -> String {
    String(repeating: line, count: bytes / line.utf8.count)
  }

  /// Whether an answer with so many tokens of the prompt is discarded.
  private func isCut(_ request: ModelRequest, _ tokens: Int, told window: Int? = nil) -> Bool {
    let usage = ModelUsage(promptTokens: tokens, window: window)
    do throws(ModelError) {
      try meter.check(ModelReply(content: "x", usage: usage, server: "s", model: request.model), to: request)
      return false
    } catch {
      guard case .promptCut = error else {
        Issue.record("\(error)")
        return false
      }
      return true
    }
  }

  /// A byte of digits is a token of its own, and four or five bytes of prose are one.
  @Test func doesNotTakeTheChangeFromDigitsToProseForACut() {
    let plan = text(Self.prose, bytes: 4000)
    #expect(!isCut(request([plan]), 900))
    #expect(!isCut(request([plan, text(Self.row, bytes: 6000)]), 6900))
    for length in [3000, 6000, 12_000] {
      #expect(!isCut(request([text(Self.prose, bytes: length)]), length * 10 / 45))
    }
  }

  @Test func doesNotTakeManyTinyMessagesForACut() {
    #expect(!isCut(request([text(Self.prose, bytes: 6000)]), 1500))
    let tiny = (1...200).map { "ok \($0)" }
    #expect(!isCut(request(tiny), tiny.reduce(16) { $0 + $1.utf8.count } / 4))
  }

  @Test func findsTheCountOfAUsualWindowWhereMoreWasSent() {
    let plan = text(Self.prose, bytes: 4000)
    #expect(!isCut(request([plan]), 900))
    #expect(isCut(request([plan, text(Self.row, bytes: 6000)]), 4096))
  }

  @Test func doesNotTakeTheCountOfAUsualWindowForACutWhereTheServerHasALargerOne() {
    let long = request([text(Self.row, bytes: 6000)])
    #expect(!isCut(long, 4096, told: 16_384))
    #expect(!isCut(request([text(Self.row, bytes: 9000)]), 9000))
    #expect(!isCut(long, 4096))
  }

  @Test(arguments: [4096, 4095])
  func findsAPromptThatFillsTheWindow(tokens: Int) {
    #expect(isCut(request([text(Self.prose, bytes: 16_000)], window: 4096), tokens))
    #expect(isCut(request([text(Self.prose, bytes: 16_000)]), tokens, told: 4096))
  }

  /// A server that drops whole messages stays somewhat below its window.
  @Test func findsAPromptNearTheWindowThatMustBeLonger() {
    #expect(!isCut(request([text(Self.prose, bytes: 9000)]), 2000, told: 4096))
    #expect(isCut(request([text(Self.prose, bytes: 20_000)]), 3800, told: 4096))
    #expect(!isCut(request([text(Self.prose, bytes: 17_000)]), 3800, told: 4096))
  }

  @Test(arguments: [(2000, true), (2100, true), (2600, true), (2900, false), (3500, false)])
  func findsAConversationThatDidNotGrowWithWhatWasAdded(tokens: Int, isCut: Bool) {
    let plan = text(Self.prose, bytes: 9000)
    #expect(!self.isCut(request([plan]), 2000))
    #expect(self.isCut(request([plan, text(Self.prose, bytes: 6000)]), tokens) == isCut)
  }

  @Test func forgivesATemplateThatLeavesOutOlderThoughts() {
    var first = request([text(Self.prose, bytes: 4000)])
    first.messages.append(Message(role: .assistant, content: "yes", thinking: text(Self.prose, bytes: 4000)))
    #expect(!isCut(first, 1900))
    var second = first
    second.messages.append(.user("go on"))
    #expect(!isCut(second, 1000))
    second.messages.append(.user(text(Self.prose, bytes: 4000)))
    #expect(isCut(second, 950))
  }

  @Test func comparesOnlyWhatOneServerCountedOfOneConversation() {
    let plan = text(Self.prose, bytes: 9000)
    #expect(!isCut(request([plan]), 2000))
    #expect(!isCut(request(["Other.", plan]), 1700))
    var tools = request([plan, "Go on."])
    tools.tools = [ToolDefinition(name: "a", description: "b", parameters: ["type": "object"])]
    #expect(!isCut(tools, 1700))
  }

  @Test(arguments: [(599, true), (700, false), (1400, false)])
  func findsFewerTokensThanTheTextCanHave(tokens: Int, isCut: Bool) {
    #expect(self.isCut(request([text(Self.prose, bytes: 8000)]), tokens) == isCut)
  }

  @Test(arguments: [(700, true), (940, true), (1200, false)])
  func findsFarFewerTokensThanTheModelMadeOfOtherText(tokens: Int, isCut: Bool) {
    #expect(!self.isCut(request([text(Self.prose, bytes: 4000)]), 900))
    #expect(self.isCut(request([text(Self.prose, bytes: 8000)]), tokens) == isCut)
  }

  @Test(
    .enabled(if: SharedFolder.path("data/ollama") != nil, "There is no 'shared/data/ollama' beside the repository.")
  )
  func tellsTheOneRecordedPromptThatWasCutFromAllOthers() throws {
    let folder = try #require(SharedFolder.path("data/ollama"))
    var count = 0
    var cut: [String] = []
    for name in SharedFolder.names(in: "\(folder)/live") where name.hasSuffix(".json") {
      let json = try JSONValue(parsing: SharedFolder.bytes(of: "\(folder)/live/\(name)"))
      guard json["request"]?["url"]?.string == "/api/chat",
        let body = try? JSONValue(parsing: json["request"]?["body"]?.string ?? ""),
        let line = json["response"]?["body"]?.string?.split(separator: "\n").last,
        let tokens = (try? JSONValue(parsing: String(line)))?["prompt_eval_count"]?.integer
      else { continue }
      var request = request([], window: body["options"]?["num_ctx"]?.integer ?? 4096)
      request.model = try #require(ModelName(body["model"]?.string ?? ""))
      request.think = body["think"].map { $0 != false }
      request.messages = (body["messages"]?.array ?? []).map { .user($0["content"]?.string ?? "") }
      request.tools = (body["tools"]?.array ?? []).compactMap { $0["function"] }.map {
        ToolDefinition(name: "f", description: $0["description"]?.string ?? "", parameters: $0["parameters"] ?? [:])
      }
      count += 1
      if isCut(request, tokens) { cut.append(name) }
    }
    #expect(cut == ["ctx_long_history_truncated.json"])
    #expect(count > 20)
  }
}
