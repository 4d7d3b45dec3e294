import JSON
import Pipeline
import TestSupport
import Testing

/// What results of calls may show.
@Suite struct ResultRoomTests {
  private func room(_ window: Int) -> ResultRoom {
    let model = PhaseModel(role: "coding", name: "m:1b", server: "none", numContext: window, numPredict: window / 2)
    return ResultRoom(model, tools: [], TokenEstimator())
  }

  /// All results of an answer with so many calls, each as long as it may be, behind a beginning of so many bytes.
  @Test(arguments: [4096, 8192, 16_384, 131_072], [1, 2, 7])
  func allResultsOfAnAnswerFitBehindIt(window: Int, calls: Int) throws {
    let toolCalls = (0..<calls).map { ToolCall(id: "c\($0)", name: "read_file", arguments: ["path": "a.txt"]) }
    var messages: [Message] = [.system(String(repeating: "s", count: window / 4)), .user("Do it.")]
    messages.append(.assistant("", toolCalls: toolCalls))
    for (index, call) in toolCalls.enumerated() {
      let limit = room(window).limit(behind: messages, calls: calls - index)
      #expect(limit <= ToolContext.largestResult && limit >= 300)
      messages.append(.result(String(repeating: "r", count: limit), of: call))
    }
    let options = ModelOptions(numContext: window, numPredict: window / 2)
    let request = ModelRequest(model: "m:1b", messages: messages, options: options)
    #expect(PromptSize(request, TokenEstimator()).tokens(messages) <= PromptFitter.most(for: options))
    // The last is not left with nothing for the first.
    let sizes = messages.suffix(calls).map { $0.content.utf8.count }
    #expect(sizes[calls - 1] >= sizes[0] * 3 / 4)
  }

  @Test func aLongBeginningLeavesAQuarterOfTheWindow() {
    let messages: [Message] = [.system(String(repeating: "s", count: 1_000_000)), .user("Do it.")]
    let limit = room(16_384).limit(behind: messages, calls: 1)
    #expect(limit > 16_384 / 4 * 2 && limit < 16_384)
  }
}
