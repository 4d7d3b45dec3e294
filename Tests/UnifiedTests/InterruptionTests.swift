import JSON
import Persistence
import Pipeline
import Synchronization
import TestSupport
import Testing

/// A run that dies between any two commits goes on as if nothing had happened.
@Suite struct InterruptionTests {
  static let plan = "# Plan\n\nWrite the word good into out.txt.\n"

  /// Writes the wrong word first, mends it when told, and does everything else right.
  @Sendable static func answer(_ request: ModelRequest) -> ModelReply {
    let names = Set(request.tools.map { $0.name })
    let line = request.messages.last { $0.role == .user }?.content ?? ""
    let path: JSONObject = ["path": "out.txt"]
    if names.contains("plan_tasks") {
      return .calls([
        ToolCall(
          id: "p",
          name: "plan_tasks",
          arguments: ["tasks": [["description": "Write out.txt.", "target_files": ["out.txt"]]]]
        )
      ])
    }
    if names.contains("approve") { return .calls([ToolCall(id: "a", name: "approve", arguments: path)]) }
    let finish = ToolCall(id: "f", name: "finish", arguments: ["summary": "Done."])
    guard names.contains("delete_file") else { return .calls([finish]) }
    let word = line.contains("phase=debugging") ? "good" : "bad"
    let write = ToolCall(id: "w", name: "write_file", arguments: ["path": "out.txt", "content": .string("\(word)\n")])
    // The write and the end are two answers, so that there is a conversation to go on with.
    let hasWritten = request.messages.contains { $0.role == .tool && $0.toolName == "write_file" }
    return .calls([hasWritten ? finish : write])
  }

  struct Gone: Error {}

  final class Counter: Sendable {
    private let count = Mutex(0)

    /// Counts from 1.
    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
  }

  private func project() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write(Self.plan, to: "MASTER_PLAN.md")
    try folder.write("test \"$(cat out.txt)\" = good && echo '1 passed, 0 failed'\n", to: "test.sh")
    return folder
  }

  @Test func dyingBetweenAnyTwoCommitsLosesNothing() async throws {
    let commits = Counter()
    let undisturbed = AssembledRun(
      folder: try project(),
      store: { DisturbedStore(store: $0) { _ = commits.next() } },
      answer: Self.answer
    )
    let whole = try await undisturbed.run()
    #expect(whole.outcome == .complete, "\(whole.message)")
    let expected = try undisturbed.state()
    let count = commits.next() - 1
    #expect(count > 30)
    for point in 1..<count {
      let folder = try project()
      let commits = Counter()
      // What is gone stays gone: nothing that comes later reaches the disk.
      var run = AssembledRun(
        folder: folder,
        store: { DisturbedStore(store: $0) { if commits.next() > point { throw Gone() } } },
        answer: Self.answer
      )
      _ = try? await run.run()
      run.store = { $0 }
      let result = try await run.run()
      #expect(result.outcome == .complete, "after \(point): \(result.message)")
      #expect(folder.text(of: "out.txt") == "good\n", "after \(point)")
      let state = try run.state()
      #expect(state.stepsTaken == expected.stepsTaken, "after \(point)")
      #expect(state.counters == expected.counters, "after \(point)")
      #expect(state.tasks.map(\.status) == expected.tasks.map(\.status), "after \(point)")
      #expect(state.runsMade == 1, "after \(point)")
    }
  }

  @Test func aFullDiskIsToldOnce() async throws {
    let folder = try project()
    let commits = Counter()
    let full = DatabaseError(code: .full, message: "database or disk is full", path: "state.db")
    let run = AssembledRun(
      folder: folder,
      store: { DisturbedStore(store: $0) { if commits.next() > 20 { throw full } } },
      answer: Self.answer
    )
    let result = try await run.run()
    #expect(result.outcome == .environment)
    #expect(result.message == "\(full) The end of the run is not in the journal either.")
    #expect(result.next?.contains("autonomy resume") == true)
  }

  @Test func dyingInsideAnAnswerThatApprovesAndObjectsKeepsTheObjection() async throws {
    let answer: @Sendable (ModelRequest) -> ModelReply = { request in
      let isBad = request.messages.contains { $0.role == .user && $0.content.contains("\nbad\n") }
      guard isBad, request.tools.contains(where: { $0.name == "approve" }) else { return Self.answer(request) }
      let issue: JSONObject = ["path": "out.txt", "kind": "logic", "description": "It is bad."]
      return .calls([
        ToolCall(id: "a", name: "approve", arguments: ["path": "out.txt"]),
        ToolCall(id: "i", name: "report_issue", arguments: issue),
      ])
    }
    var point = 0
    var wasWhole = false
    while !wasWhole {
      point += 1
      let folder = try project()
      try folder.write("test -e out.txt && echo '1 passed, 0 failed'\n", to: "test.sh")
      let commits = Counter()
      let limit = point
      var run = AssembledRun(
        folder: folder,
        store: { DisturbedStore(store: $0) { if commits.next() > limit { throw Gone() } } },
        answer: answer
      )
      _ = try? await run.run()
      wasWhole = commits.next() <= limit
      run.store = { $0 }
      _ = try await run.run()
      #expect(folder.text(of: "out.txt") == "good\n", "after \(limit)")
    }
    #expect(point > 30)
  }
}
