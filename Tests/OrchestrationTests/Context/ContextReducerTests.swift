import JSON
import Orchestration
import Pipeline
import TestSupport
import Testing

@Suite struct ContextReducerTests {
  /// A file as a tool shows it, of about so many bytes.
  private static func file(_ name: String, bytes: Int) -> String {
    (1...(bytes / 40)).map { "\(name) has a line with the number \($0)" }.joined(separator: "\n")
  }

  /// A step that reads files, one after the other.
  private func request(
    _ results: [String],
    window: Int,
    task: String = "[phase=coding task=t1]\nDo it."
  ) -> ModelRequest {
    var messages: [Message] = [.system("system"), .user(task)]
    for (number, result) in results.enumerated() {
      let call = ToolCall(id: "c\(number)", name: "read_file", arguments: [:])
      messages += [.assistant("", toolCalls: [call]), .result(result, of: call)]
    }
    return ModelRequest(model: "m", messages: messages, options: ModelOptions(numContext: window, numPredict: 0))
  }

  private func reduce(_ request: ModelRequest, shortensFixed: Bool = true) throws(ModelError) -> ReducedPrompt {
    try ContextReducer(shortensFixed: shortensFixed).reduce(request, estimator: TokenEstimator())
  }

  /// The messages with everything back that the removals name; in place of each mark.
  private func restored(_ prompt: ReducedPrompt, _ request: ModelRequest) -> [Message] {
    var messages = prompt.messages
    for position in messages.indices {
      let own = prompt.removals.filter { $0.message == position }
      guard !own.isEmpty else { continue }
      var rebuilt = ""
      let shown = messages[position].content.split(separator: "[…", omittingEmptySubsequences: false)
      let original = Array(request.messages[position].content.utf8)
      for (piece, text) in shown.enumerated() {
        if piece == 0 {
          rebuilt += text
        } else {
          let removal = own[piece - 1]
          let behind = text.split(separator: "…]", maxSplits: 1, omittingEmptySubsequences: false)[1]
          let removed = original[removal.offset..<(removal.offset + removal.bytes)]
          rebuilt += String(decoding: removed, as: UTF8.self) + (removed.last == 0x0A ? behind.dropFirst() : behind)
        }
      }
      messages[position].content = rebuilt
    }
    return messages
  }

  @Test func whatFitsStaysAsItIs() throws {
    let request = request([Self.file("a", bytes: 3000), Self.file("a", bytes: 3000)], window: 10_000)
    let reduced = try reduce(request)
    #expect(reduced.messages == request.messages && !reduced.isReduced)
  }

  @Test func repeatedLinesGoBeforeAnythingIsLost() throws {
    let file = Self.file("a", bytes: 6000)
    let request = request([file, file, file, file, Self.file("b", bytes: 600)], window: 6000)
    let reduced = try reduce(request)
    #expect(reduced.tokens <= 6000)
    #expect(reduced.shortenedResults == 0 && reduced.removedMessages == 0)
    #expect(!reduced.removals.isEmpty && reduced.removals.allSatisfy { $0.step == "repeats" })
    #expect(reduced.messages.contains { $0.content == file })
    #expect(restored(reduced, request) == request.messages)
  }

  @Test func theLastResultsStayWhole() throws {
    let file = Self.file("a", bytes: 6000)
    let reduced = try reduce(request([file, file, file, file], window: 6000))
    #expect(reduced.messages.last?.content == file)
  }

  @Test(arguments: 0..<60)
  func nothingRefersToWhatIsNotShown(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let files = (0..<4).map { Self.file("file\($0)", bytes: Int.random(in: 400...5000, using: &random)) }
    let results = (0..<Int.random(in: 3...20, using: &random)).map { _ in files.randomElement(using: &random) ?? "" }
    let request = request(results, window: Int.random(in: 3000...9000, using: &random))
    let reduced = try reduce(request)
    let shown = Set(reduced.messages.flatMap { $0.content.split(separator: "\n") })
    #expect(reduced.tokens <= request.options.numContext)
    #expect(reduced.removals.count { $0.step == PromptRemoval.masked } == reduced.shortenedResults)
    for removal in reduced.removals {
      if removal.step == PromptRemoval.masked {
        #expect(removal.offset == 0 && removal.bytes == request.messages[removal.message].content.utf8.count)
        continue
      }
      let content = Array(request.messages[removal.message].content.utf8)
      let removed = String(decoding: content[removal.offset..<(removal.offset + removal.bytes)], as: UTF8.self)
      #expect(removed.split(separator: "\n").allSatisfy { shown.contains($0) })
    }
  }

  @Test func theSameConversationGivesTheSameBeginning() throws {
    let file = Self.file("a", bytes: 6000)
    var results = Array(repeating: file, count: 4)
    let before = try reduce(request(results, window: 6000))
    results.append(Self.file("b", bytes: 300))
    let after = try reduce(request(results, window: 6000))
    // All but the last exchange, which was fixed then.
    #expect(after.messages.prefix(before.messages.count - 2) == before.messages.dropLast(2))
  }

  @Test func aTaskThatIsTooLongLosesWhatMattersLeast() throws {
    let code = "```\n" + (1...20).map { "let a\($0) = f(\($0))" }.joined(separator: "\n") + "\n```"
    let chatter = (1...200).map { "Remark \($0): the weather has been nice on most of these days." }
    let task = "[phase=coding task=t1]\nMend the scheduler.\n\n\(code)\n\n" + chatter.joined(separator: "\n\n")
    let request = request(["ok"], window: 2000, task: task)
    let reduced = try reduce(request)
    #expect(reduced.tokens <= 2000)
    #expect(reduced.messages[1].content.hasPrefix("[phase=coding task=t1]\nMend the scheduler.\n"))
    #expect(reduced.messages[1].content.contains(code))
    #expect(restored(reduced, request) == request.messages)
    #expect(throws: ModelError.self) { try reduce(request, shortensFixed: false) }
  }

  @Test(arguments: [false, true])
  func whatTheSystemPromptQuotesGoesBeforeTheTask(isLong: Bool) throws {
    let remarks = (1...400).map { "Remark \($0): the weather has been nice on most of these days." }
    let duty = "You write code.\n\n" + remarks.prefix(10).joined(separator: "\n\n")
    let plan = "\n\n# The plan (MASTER_PLAN.md)\n\n" + remarks.joined(separator: "\n\n")
    let task =
      "[phase=coding task=t1]\nMend the scheduler.\n\n" + remarks.prefix(isLong ? 300 : 20).joined(separator: "\n\n")
    var request = request(["ok"], window: 3000, task: task)
    request.messages[0].content = duty + plan
    let reduced = try reduce(request)
    #expect(reduced.tokens <= 3000)
    #expect(reduced.messages[0].content.hasPrefix(duty + "\n\n# The plan (MASTER_PLAN.md)\n"))
    #expect((reduced.messages[1] == request.messages[1]) == !isLong)
    #expect(restored(reduced, request) == request.messages)
    // A little more makes no other beginning.
    request.messages[3].content = "ok, and a word more"
    let next = try reduce(request)
    #expect(next.messages.prefix(2) == reduced.messages.prefix(2))
  }

  @Test func codeThatIsTooLongIsRefused() throws {
    let code = "```\n" + (1...2000).map { "let a\($0) = f(\($0))" }.joined(separator: "\n") + "\n```"
    #expect(throws: ModelError.self) { try reduce(request(["ok"], window: 2000, task: code)) }
  }
}
