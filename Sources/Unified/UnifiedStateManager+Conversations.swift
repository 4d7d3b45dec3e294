package import Orchestration
import Pipeline

extension UnifiedStateManager: ConversationStore {
  package func append(_ entries: [ConversationEntry], to thread: ThreadName) async throws {
    let utterances = entries.map { StoredUtterance(time: $0.time, entry: $0.json) }
    try await store.appendConversation("\(thread)", utterances)
  }

  package func thread(_ name: ThreadName) async throws -> ConversationThread {
    let entries = try await store.conversation("\(name)").map { try ConversationEntry(json: $0.entry, time: $0.time) }
    return ConversationThread(name: name, entries: entries)
  }

  package func threadNames() async throws -> [ThreadName] {
    try await store.conversationNames().map { ThreadName($0) }
  }
}
