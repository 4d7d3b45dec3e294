import JSON
import TestSupport
import Testing

@testable import Pipeline

/// What a probe says of models that differ, each served by a simulated server.
@Suite(.timeLimit(.minutes(5))) struct ModelProbeTests {
  @Test func aModelThatDoesEverythingRightNeedsNothingSpecial() async throws {
    let (card, requests) = try await ProbedModel().probe()
    #expect(card.calls == CallCounts(native: 20, right: 20))
    #expect(card.refrained == Share(right: 5, trials: 5))
    #expect(card.wholeFile == Share(right: 5, trials: 5))
    #expect(card.searchAndReplace == Share(right: 5, trials: 5))
    #expect(card.handling == ModelHandling())
    #expect(card.summary == "native 20 of 20")
    #expect(card.requests == 37 && requests.count == 37)
  }

  @Test func theWindowStaysTheSameAndPromptsBeginWithTheFixedLine() async throws {
    let (card, requests) = try await ProbedModel().probe(numContext: 8192)
    #expect(Set(requests.compactMap { $0["options"]?["num_ctx"]?.integer }) == [8192])
    for request in requests {
      let users = request["messages"]?.array?.filter { $0["role"] == "user" } ?? []
      #expect(!users.isEmpty)
      #expect(users.allSatisfy { $0["content"]?.string?.hasPrefix("[phase=probe task=") == true })
    }
    #expect(card.context.requested == 8192 && card.context.loaded == 8192)
    let seen = try #require(card.context.seen)
    #expect(seen > 6500 && seen < 8192)
    #expect(card.context.isWhole == true)
  }

  @Test func speedsAreTheServersOwn() async throws {
    let card = try await ProbedModel().probe().card
    // The simulated server says 0.1 ms for a token that it reads, 1 ms for one that it writes.
    #expect(card.prefillRate.map { abs($0 - 10_000) < 1 } == true)
    #expect(card.decodeRate.map { abs($0 - 1000) < 1 } == true)
    #expect(card.loadSeconds.map { $0 > 0 } == true)
  }

  @Test func aModelThatWritesItsCallsIsAskedInTextMode() async throws {
    let card = try await ProbedModel(way: .text).probe().card
    #expect(card.calls == CallCounts(text: 20, right: 20))
    #expect(card.handling == ModelHandling(writesCallsAsText: true))
    #expect(card.summary == "native 0 of 20, from text 20 of 20: text mode")
    #expect(card.wholeFile.right == 5 && card.searchAndReplace.right == 5)
  }

  @Test func callsThatTheServerSwallowsAreFoundWhereToolsAreDescribed() async throws {
    let swallowed: JSONValue = [
      "when": ["phase": "probe", "tool_offered": "finish"], "reply": ["content": ""],
    ]
    let card = try await ProbedModel(faults: [swallowed], way: .text).probe().card
    #expect(card.calls == CallCounts(described: 20, right: 20))
    #expect(card.handling.writesCallsAsText)
    // Once that is known it is asked as a run would ask it.
    #expect(card.searchAndReplace == Share(right: 5, trials: 5))
  }

  @Test func aModelThatIsLetCallOnlyBoundIsCountedSo() async throws {
    let words: JSONValue = ["when": ["phase": "probe", "task": "call", "nth": 1], "reply": ["content": "I shall."]]
    let more: JSONValue = ["when": ["phase": "probe", "task": "call", "nth": 2], "reply": ["content": "At once."]]
    let bound: JSONValue = [
      "when": ["phase": "probe", "task": "call", "last_contains": "Answer with one JSON object"],
      "reply": [
        "content": #"{"name": "read_file", "arguments": {"path": "src/parser.c", "start_line": 40, "end_line": 80}}"#
      ],
      "times": 1,
    ]
    let card = try await ProbedModel(faults: [words, more, bound]).probe().card
    #expect(card.calls == CallCounts(native: 19, bound: 1, right: 20))
  }

  @Test func whatCannotBeOfferedToolsIsToldOfThem() async throws {
    let (card, requests) = try await ProbedModel(way: .text, capabilities: []).probe()
    #expect(card.calls == CallCounts(described: 20, right: 20))
    #expect(requests.allSatisfy { $0["tools"] == nil })
    #expect(card.handling.writesCallsAsText)
  }

  @Test func aModelThatNeverCallsIsLost() async throws {
    let words: JSONValue = ["when": ["phase": "probe"], "reply": ["content": "I cannot do that."]]
    let card = try await ProbedModel(faults: [words]).probe().card
    #expect(card.calls == CallCounts(lost: 20))
    #expect(card.refrained == Share(right: 5, trials: 5))
    #expect(card.handling == ModelHandling())
    #expect(card.summary == "native 0 of 20, lost 20 of 20")
  }

  @Test func aModelThatNeverRefrainsIsFoundOut() async throws {
    let card = try await ProbedModel(refrains: false).probe().card
    #expect(card.refrained == Share(right: 0, trials: 5))
    #expect(card.calls.native == 20)
  }

  @Test func whoCannotReplacePassagesWritesWholeFiles() async throws {
    let card = try await ProbedModel(replacesPassages: false).probe().card
    #expect(card.searchAndReplace == Share(right: 0, trials: 5))
    #expect(card.handling == ModelHandling(changesFilesWhole: true))
    let neither = try await ProbedModel(replacesPassages: false, writesWholeFiles: false).probe().card
    #expect(neither.wholeFile == Share(right: 0, trials: 5))
    #expect(neither.handling == ModelHandling())
  }

  @Test(arguments: [6000, 8192, 16_384])
  func aServerThatCutsLongPromptsIsFoundOut(numContext: Int) async throws {
    let cut: JSONValue = [
      "when": ["phase": "probe", "task": "window"], "reply": ["content": "ready"],
      "fault": ["kind": "truncate_prompt", "tokens": 4096],
    ]
    let card = try await ProbedModel(faults: [cut]).probe(numContext: numContext).card
    #expect(card.context.isWhole == false)
    #expect(card.context.seen == 4096)
    #expect(card.context.sent.map { $0 > numContext / 5 * 4 && $0 < numContext } == true)
    #expect(card.calls == CallCounts(native: 20, right: 20))
  }

  @Test func nothingIsMeasuredOnPromptsThatAreAllCut() async throws {
    let cut: JSONValue = [
      "when": ["phase": "probe"], "reply": ["content": ""], "fault": ["kind": "truncate_prompt", "tokens": 50],
    ]
    let card = try await ProbedModel(faults: [cut]).probe().card
    #expect(card.context.isWhole == false)
    #expect(card.calls == CallCounts())
    #expect(card.requests == 1)
  }

  @Test func anAnswerThatComesTooLateEndsTheProbeAndCountsForNothing() async throws {
    let card = try await ProbedModel().probe(lastAnswer: 7).card
    #expect(card.calls == CallCounts(native: 4, right: 4))
    #expect(card.refrained.trials == 1 && card.wholeFile.trials == 1 && card.searchAndReplace.trials == 1)
    #expect(card.context.isWhole == nil)
    #expect(card.requests == 7)
  }

  @Test func aModelThatDoesNotAnswerInTimeHasNoCard() async throws {
    await #expect(throws: ProbeTimeOver.self) { try await ProbedModel().probe(lastAnswer: 0) }
  }

  @Test func aFailingServerIsNotTheModelsFault() async throws {
    let failure: JSONValue = ["when": ["phase": "probe", "nth": 3], "fault": ["kind": "http_status", "status": 503]]
    await #expect(throws: ModelError.self) { try await ProbedModel(faults: [failure]).probe() }
  }

  @Test(arguments: CallTask.all.indices) func everyTaskHasARightCall(index: Int) {
    let task = CallTask.all[index]
    let registry = ToolRegistry.standard
    let call = ToolCall(id: "1", name: task.name, arguments: task.arguments)
    #expect(registry.mistake(in: call, offered: registry.tools(for: .coding)) == nil)
    #expect(task.isDone(by: [call]))
    #expect(!task.isDone(by: [call, call]))
    let others = CallTask.all.indices.filter { $0 != index }.map { CallTask.all[$0] }
    #expect(!others.contains { $0.isDone(by: [call]) })
  }

  @Test func everyEditChangesItsFile() {
    for task in EditTask.all {
      #expect(task.after != task.before, "\(task.path)")
      let calls = [ToolCall(id: "1", name: "write_file", arguments: ["path": .string(task.path), "content": ""])]
      #expect(!task.isDone(byWriting: calls) && !task.isDone(byReplacing: []))
    }
  }
}
