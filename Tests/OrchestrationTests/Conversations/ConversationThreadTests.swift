import JSON
import Orchestration
import Pipeline
import TestSupport
import Testing

@Suite struct ConversationThreadTests {
  private func model(window: Int) -> PhaseModel {
    PhaseModel(role: "coding", name: "m", server: "s", numContext: window, numPredict: 0)
  }

  private func entry(_ message: Message, _ mark: ConversationEntry.Mark? = nil) -> ConversationEntry {
    ConversationEntry(message, time: Timestamp(milliseconds: 0), mark: mark)
  }

  @Test(arguments: ["coding", "coding/t3", "coding/a/b", "coding/"])
  func namesAreReadBack(text: String) {
    #expect(ThreadName(text).description == text)
  }

  @Test func entriesAreReadBack() throws {
    let call = ToolCall(id: "c", name: "read_file", arguments: ["path": "a"])
    let whole = ConversationEntry(
      .assistant("", toolCalls: [call]),
      time: Timestamp(milliseconds: 7),
      mark: .error,
      metadata: ["from": "coding", "prompt_tokens": 3]
    )
    for entry in [whole, entry(.user("x"), .task), entry(.system("y"))] {
      #expect(try ConversationEntry(json: entry.json, time: entry.time) == entry)
    }
    #expect(throws: StoredValueError.self) {
      try ConversationEntry(json: ["metadata": [:]], time: Timestamp(milliseconds: 0))
    }
  }

  @Test func theLastInstructionCountsAndComesFirst() throws {
    let thread = ConversationThread(
      name: ThreadName("coding"),
      entries: [entry(.system("old")), entry(.user("a")), entry(.assistant("b")), entry(.system("new"))]
    )
    let window = try thread.window(for: model(window: 4096), estimator: TokenEstimator())
    #expect(window.messages == [.system("new"), .user("a"), .assistant("b")])
  }

  @Test(arguments: TestEnvironment.some(0..<200, by: 4))
  func theWindowKeepsWhatMustStay(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let thread = Self.randomThread(&random)
    let window = Int.random(in: 600...6000, using: &random)
    let reduced: ReducedPrompt
    do throws(ModelError) {
      reduced = try thread.window(for: model(window: window), estimator: TokenEstimator())
    } catch {
      guard case .overContext = error else { throw error }
      return
    }
    #expect(!reduced.messages.isEmpty)
    #expect(reduced.tokens <= window)
    #expect(reduced.messages.first == thread.system)
    for mark in [ConversationEntry.Mark.task, .error] {
      if let marked = thread.entries.last(where: { $0.mark == mark }) {
        #expect(reduced.messages.contains(marked.message))
      }
    }
    // A fitter keeps the user's last word; in these threads nothing follows it but calls and answers.
    #expect(reduced.messages.contains { $0 == thread.messages.last { $0.role == .user } })
    #expect(Self.isWellFormed(reduced.messages))
  }

  @Test func whatMustStayAndDoesNotFitIsRefused() {
    let thread = ConversationThread(
      name: ThreadName("coding"),
      entries: [entry(.system(String(repeating: "x", count: 9000))), entry(.user("a"), .task)]
    )
    #expect(throws: ModelError.self) { try thread.window(for: model(window: 2048), estimator: TokenEstimator()) }
  }

  private static func randomThread(_ random: inout SeededGenerator) -> ConversationThread {
    var entries: [ConversationEntry] = []
    func add(_ message: Message, _ mark: ConversationEntry.Mark? = nil) {
      entries.append(ConversationEntry(message, time: Timestamp(milliseconds: entries.count), mark: mark))
    }
    add(.system("system"))
    for number in 0..<Int.random(in: 1...60, using: &random) {
      let text = "\(number) " + String(repeating: "y", count: Int.random(in: 0...700, using: &random))
      let mark: ConversationEntry.Mark? =
        switch Int.random(in: 0..<12, using: &random) {
        case 0: .task
        case 1: .error
        default: nil
        }
      add(.user(text), mark)
      if Bool.random(using: &random) {
        let calls = (0..<Int.random(in: 1...3, using: &random)).map {
          ToolCall(id: "c\(number).\($0)", name: "read_file", arguments: [:])
        }
        add(.assistant("", toolCalls: calls))
        for call in calls { add(.result(text, of: call)) }
      }
      add(.assistant("answer \(number)"))
    }
    return ConversationThread(name: ThreadName("coding"), entries: entries)
  }

  private static func isWellFormed(_ messages: [Message]) -> Bool {
    var open: [String] = []
    for message in messages {
      if message.role == .tool {
        guard let id = message.toolCallID, let index = open.firstIndex(of: id) else { return false }
        open.remove(at: index)
      } else {
        guard open.isEmpty else { return false }
        open = message.toolCalls.map(\.id)
      }
    }
    return open.isEmpty
  }
}
