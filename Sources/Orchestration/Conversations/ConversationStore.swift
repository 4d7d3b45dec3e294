/// A place where threads are kept from run to run.
package protocol ConversationStore: Sendable {
  /// Appends entries to a thread, all or none, making it if there is none of that name.
  func append(_ entries: [ConversationEntry], to thread: ThreadName) async throws

  /// Reads a thread, empty where there is none of that name.
  func thread(_ name: ThreadName) async throws -> ConversationThread

  /// The names of all threads.
  func threadNames() async throws -> [ThreadName]
}
