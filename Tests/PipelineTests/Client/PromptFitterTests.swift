import JSON
import Pipeline
import Testing

@Suite struct PromptFitterTests {
  private let fitter = PromptFitter()

  /// A conversation with so many exchanges, each with a result of so many bytes.
  private func request(exchanges: Int, bytes: Int, window: Int) -> ModelRequest {
    var messages: [Message] = [.system("system"), .user("the task")]
    for number in 0..<exchanges {
      let call = ToolCall(id: "c\(number)", name: "read_file", arguments: [:])
      messages.append(.assistant("", toolCalls: [call]))
      messages.append(.result("\(number):" + String(repeating: "x", count: bytes), of: call))
    }
    return ModelRequest(model: "m", messages: messages, options: ModelOptions(numContext: window, numPredict: 0))
  }

  private func reduce(_ request: ModelRequest) throws(ModelError) -> ReducedPrompt {
    try fitter.reduce(request, estimator: TokenEstimator())
  }

  private func isWellFormed(_ messages: [Message]) -> Bool {
    var open: [String] = []
    for message in messages {
      if message.role == .tool {
        guard let id = message.toolCallID, let index = open.firstIndex(of: id) else { return false }
        open.remove(at: index)
      } else {
        guard open.isEmpty else { return false }
        open = message.toolCalls.map { $0.id }
      }
    }
    return open.isEmpty
  }

  @Test func leavesAloneWhatFits() throws {
    let request = request(exchanges: 5, bytes: 300, window: 10_000)
    let reduced = try reduce(request)
    #expect(reduced.messages == request.messages)
    #expect(!reduced.isReduced)
  }

  @Test func shortensTheOldestResultsFirst() throws {
    let request = request(exchanges: 10, bytes: 3000, window: 10_000)
    let reduced = try reduce(request)
    #expect(reduced.messages.count == request.messages.count)
    let isNote = reduced.messages.filter { $0.role == .tool }.map { !$0.content.contains("xxx") }
    #expect(isNote == isNote.sorted { $0 && !$1 })
    #expect(reduced.shortenedResults == isNote.count { $0 })
    #expect(reduced.tokens <= 10_000)
  }

  @Test func removesWholeExchangesThen() throws {
    let reduced = try reduce(request(exchanges: 200, bytes: 100, window: 3000))
    #expect(reduced.removedMessages > 0)
    #expect(reduced.removedMessages % 2 == 0)
    let note = "[\(reduced.removedMessages) earlier messages were left out here to save room.]"
    #expect(reduced.messages[1] == .user("the task\n\n\(note)"))
    #expect(reduced.messages.count { $0.role == .user } == 1)
    #expect(isWellFormed(reduced.messages))
  }

  @Test(arguments: [2000, 2600, 3200])
  func neverLetsTwoMessagesOfTheUserFollowEachOther(window: Int) throws {
    var request = request(exchanges: 10, bytes: 150, window: window)
    let hints = (0..<30).flatMap { number in
      [Message.assistant("(cut off)"), .user("[phase=coding]\n\n\(number)" + text(200))]
    }
    request.messages.insert(contentsOf: hints, at: 2)
    let reduced = try reduce(request)
    #expect(reduced.removedMessages > 10)
    let roles = reduced.messages.map(\.role)
    #expect(!zip(roles, roles.dropFirst()).contains { $0 == .user && $1 == .user })
    #expect(reduced.messages.last { $0.role == .user } == hints.last)
  }

  private func text(_ bytes: Int) -> String { String(repeating: "y", count: bytes) }

  /// A conversation in which one file is written.
  private func writing(_ bytes: Int, answer: String, window: Int, predict: Int) -> ModelRequest {
    let call = ToolCall(id: "w", name: "write_file", arguments: ["path": "a", "content": .string(text(bytes))])
    return ModelRequest(
      model: "m",
      messages: [.system("system"), .user("the task"), .assistant("", toolCalls: [call]), .result(answer, of: call)],
      options: ModelOptions(numContext: window, numPredict: predict)
    )
  }

  @Test func leavesTheTextOfAPastWriteToItsFile() throws {
    let request = writing(27_972, answer: "Created 'a' (510 lines).", window: 16_384, predict: 8192)
    let reduced = try reduce(request)
    let arguments = reduced.messages[2].toolCalls[0].arguments
    #expect(arguments["content"] == "[27972 bytes were left out here to save room. Read the file to see them.]")
    #expect(arguments["path"] == "a")
    #expect(reduced.shortenedResults == 1 && reduced.tokens < 500)
  }

  @Test func keepsATextThatWasNotWritten() throws {
    let request = writing(20_000, answer: "'a' was not written.", window: 16_384, predict: 8192)
    #expect(try reduce(request).messages == request.messages)
  }

  @Test(arguments: [(24_000, true), (40_000, true), (48_000, false)])
  func givesTheAnswerWhatIsLeftWhereThePromptCannotBeShorter(bytes: Int, fits: Bool) throws {
    let request = writing(bytes, answer: "'a' was not written.", window: 16_384, predict: 8192)
    do throws(ModelError) {
      let reduced = try reduce(request)
      #expect(fits && reduced.messages == request.messages)
      let answer = PromptFitter.answer(for: request.options, behind: reduced.tokens)
      #expect((1024...8192).contains(answer) && answer + reduced.tokens <= 16_384)
    } catch {
      guard case .overContext(let tokens?, limit: 16_384) = error else { throw error }
      #expect(!fits && tokens > 16_384)
    }
  }

  @Test(arguments: [500, 1000, 2000, 4000, 8000, 16_000])
  func keepsWhatMustNotGo(window: Int) throws {
    var request = request(exchanges: 30, bytes: 1000, window: window)
    request.messages.append(.user("the last word"))
    do throws(ModelError) {
      let reduced = try reduce(request)
      #expect(reduced.messages[0] == request.messages[0])
      #expect(reduced.messages[1].content.hasPrefix("the task"))
      #expect(reduced.messages.suffix(3) == request.messages.suffix(3))
      #expect(isWellFormed(reduced.messages))
      #expect(reduced.tokens <= window)
    } catch {
      #expect(error == .overContext(promptTokens: 539, limit: 500))
    }
  }

  @Test func keepsTheLastError() throws {
    var request = request(exchanges: 30, bytes: 1000, window: 3000)
    request.messages[7].content = "Error: " + String(repeating: "e", count: 500)
    request.messages[5].content = "Error: " + String(repeating: "e", count: 500)
    let reduced = try reduce(request)
    #expect(reduced.messages.contains(request.messages[7]))
    #expect(!reduced.messages.contains(request.messages[5]))
  }

  @Test func keepsTheBeginningOfAGrowingConversationStable() throws {
    var beginnings: Set<[Message]> = []
    for exchanges in 40...60 {
      let reduced = try reduce(request(exchanges: exchanges, bytes: 600, window: 6000))
      #expect(reduced.isReduced)
      #expect(reduced.tokens > 4000)
      beginnings.insert(Array(reduced.messages.prefix(60)))
    }
    #expect(beginnings.count <= 4)
  }

  @Test func keepsWhatTheLastCheckPrinted() throws {
    var request = request(exchanges: 30, bytes: 1000, window: 3000)
    request.messages[7].toolName = "run_check"
    #expect(try reduce(request).messages.contains(request.messages[7]))
  }

  @Test func refusesWhatCannotFit() {
    #expect(throws: ModelError.self) { try reduce(request(exchanges: 1, bytes: 90_000, window: 4096)) }
  }

  @Test(arguments: [(4096, 8192, 2048), (32_768, 1024, 31_744), (8192, 0, 8192)])
  func leavesRoomForTheAnswer(window: Int, predict: Int, limit: Int) {
    #expect(PromptFitter.limit(for: ModelOptions(numContext: window, numPredict: predict)) == limit)
  }

  @Test func countsToolsToo() {
    var request = request(exchanges: 0, bytes: 0, window: 500)
    request.tools = [
      ToolDefinition(name: "a", description: String(repeating: "x", count: 3000), parameters: ["type": "object"])
    ]
    #expect(throws: ModelError.self) { try reduce(request) }
  }
}
