import JSON
import Pipeline
import TestSupport
import Testing

@Suite struct ConversationRowsTests {
  private func utterance(_ text: String, at milliseconds: Int = 1) -> StoredUtterance {
    StoredUtterance(time: Timestamp(milliseconds: milliseconds), entry: ["text": .string(text)])
  }

  @Test func keepsTheOrderOfEachConversationByItself() async throws {
    let folder = try TemporaryDirectory()
    let first = try StateManager(path: folder.appending("state.db"))
    try await first.appendConversation("coding", [utterance("a", at: 9), utterance("b", at: 3)])
    try await first.appendConversation("reasoning/t1", [utterance("x")])
    try await first.appendConversation("coding", [utterance("c")])
    let second = try StateManager(path: folder.appending("state.db"))
    #expect(try await second.conversation("coding").map { $0.entry["text"] } == ["a", "b", "c"])
    #expect(try await second.conversation("coding").map { $0.time.milliseconds } == [9, 3, 1])
    #expect(try await second.conversation("nobody").isEmpty)
    #expect(try await second.conversationNames() == ["coding", "reasoning/t1"])
  }

  @Test func hidesSecrets() async throws {
    let mask = SecretMask(environment: ["SOME_API_KEY": "hunter2hunter2"])
    let store = try StateManager(path: ":memory:", mask: mask)
    try await store.appendConversation("coding", [utterance("it is hunter2hunter2")])
    #expect(try await store.conversation("coding").map { $0.entry["text"] } == ["it is [hidden]"])
  }

  @Test func aConversationIsNotRewoundWithTheWork() async throws {
    let store = try StateManager(path: ":memory:")
    try await store.appendConversation("coding", [utterance("a")])
    try await store.commit([.workAbandoned], [])
    #expect(try await store.conversation("coding").count == 1)
  }
}
