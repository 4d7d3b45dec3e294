import JSON
import TestSupport
import Testing

@testable import Pipeline

/// The reader of a stream of OpenAI's protocol, fed with what no server should send.
@Suite struct OpenAIStreamTests {
  private static let stream = """
    : a comment

    data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}

    data: {"choices":[{"index":0,"delta":{"content":"Größe: "},"finish_reason":null}]}

    data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"read","arguments":"{"}}]}}]}

    data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"p\\":\\"é\\"}"}}]}}]}

    data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

    data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}

    data: [DONE]


    """

  private func read(_ bytes: some Collection<UInt8>) -> Result<ModelReply, ModelError> {
    let answer = AnswerAssembly(server: "test", model: "m", limit: 1 << 20)
    var reader = OpenAIReplyReader(answer: answer, otherProtocol: .unusable(server: "test", message: ""))
    do throws(ModelError) {
      for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) { try reader.take(Array(line)) }
      return .success(try reader.end())
    } catch {
      return .failure(error)
    }
  }

  @Test func takesAStreamThatIsCutBeforeItsEndForNoAnswer() throws {
    let bytes = Array(Self.stream.utf8)
    let whole = try read(bytes).get()
    #expect(whole.toolCalls == [ToolCall(id: "x", name: "read", arguments: ["p": "é"])])
    let finish = try #require(Self.stream.utf8Offset(after: #""finish_reason":"tool_calls"}]}"#))
    for length in 0..<bytes.count {
      let result = read(bytes[..<length])
      // Behind its last object nothing is missing but the usage.
      let isWhole = length >= finish
      if case .success(let reply) = result {
        #expect(isWhole && reply.toolCalls == whole.toolCalls && reply.content == whole.content, "\(length)")
      } else if length == finish {
        Issue.record("The answer is complete after \(length) bytes.")
      }
    }
  }

  @Test func survivesWhateverAServerSends() {
    let bytes = Array(Self.stream.utf8)
    var random = SeededGenerator(seed: 7)
    var answers = 0
    for _ in 0..<3000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let position = Int.random(in: 0..<mutated.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutated[position] = UInt8.random(in: 0...255, using: &random)
        case 1: mutated.remove(at: position)
        case 2: mutated.insert(mutated[position], at: position)
        default: mutated.removeSubrange(position..<min(mutated.count, position + 20))
        }
      }
      guard case .success(let reply) = read(mutated) else { continue }
      answers += 1
      #expect(reply.finish != .length || reply.toolCalls.isEmpty)
      let text = String(decoding: mutated, as: UTF8.self)
      for call in reply.toolCalls { #expect(text.contains(call.name)) }
    }
    // Most damage is noticed; a letter of the text is nobody's to notice.
    #expect(answers > 100 && answers < 2900)
  }
}

extension String {
  fileprivate func utf8Offset(after text: String) -> Int? {
    firstRange(of: text).map { utf8.distance(from: startIndex, to: $0.upperBound) }
  }
}
