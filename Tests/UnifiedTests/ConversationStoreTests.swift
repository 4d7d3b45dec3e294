import JSON
import Orchestration
import Pipeline
import TestSupport
import Testing
import Unified

@Suite struct ConversationStoreTests {
  @Test func threadsAreReadBackFromTheDatabase() async throws {
    let folder = try TemporaryDirectory()
    let call = ToolCall(id: "c", name: "read_file", arguments: ["path": "a"])
    let entries = [
      ConversationEntry(.system("s"), time: Timestamp(milliseconds: 1)),
      ConversationEntry(.user("u"), time: Timestamp(milliseconds: 2), mark: .task, metadata: ["from": "coding"]),
      ConversationEntry(.assistant("", toolCalls: [call]), time: Timestamp(milliseconds: 3)),
      ConversationEntry(.result("r", of: call), time: Timestamp(milliseconds: 4), mark: .error),
    ]
    let name = ThreadName("reasoning", topic: "t3")
    let path = folder.appending("state.db")
    func open() throws -> any ConversationStore {
      let store = try StateManager(path: path)
      return UnifiedStateManager(store: store, journal: Journal(store: store, sink: EventBus([])))
    }
    let first = try open()
    try await first.append(Array(entries[..<2]), to: name)
    try await first.append(Array(entries[2...]), to: name)
    let second = try open()
    #expect(try await second.thread(name) == ConversationThread(name: name, entries: entries))
    #expect(try await second.threadNames() == [name])
    #expect(try await second.thread(ThreadName("coding")).entries.isEmpty)
  }
}
