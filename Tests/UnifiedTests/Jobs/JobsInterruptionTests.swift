import JSON
import Persistence
import Pipeline
import Synchronization
import TestSupport
import Testing
import Unified

/// Runs with several jobs that die, and go on as if nothing had happened.
@Suite struct JobsInterruptionTests {
  private static let plan = "# Plan\n\nWrite a.txt, b.txt and c.txt.\n"

  /// Plans three tasks, of which two change one file besides, and resolves that when it is told.
  @Sendable private static func answer(_ request: ModelRequest) -> ModelReply {
    let names = Set(request.tools.map { $0.name })
    let line = request.messages.last { $0.role == .user }?.content ?? ""
    func call(_ name: String, _ arguments: JSONObject) -> ToolCall {
      ToolCall(id: "\(name) \(arguments.count)", name: name, arguments: arguments)
    }
    func write(_ path: String, _ text: String) -> ToolCall {
      ToolCall(id: path, name: "write_file", arguments: ["path": .string(path), "content": .string(text)])
    }
    if names.contains("plan_tasks") {
      let tasks: [JSONValue] = ["a", "b", "c"].map { name in
        [
          "description": .string("Write \(name)."), "target_files": [.string("\(name).txt")],
          "depends_on": name == "c" ? [1] : [],
        ]
      }
      return .calls([call("plan_tasks", ["tasks": .array(tasks)])])
    }
    guard let number = (1...3).first(where: { line.contains("task=t\($0) ") }) else {
      return .calls([call("finish", ["summary": "Done."])])
    }
    let name = ["a", "b", "c"][number - 1]
    if names.contains("approve") {
      let paths = ["\(name).txt"] + (number < 3 ? ["list.txt"] : [])
      return .calls(paths.map { ToolCall(id: $0, name: "approve", arguments: ["path": .string($0)]) })
    }
    // The writes and the end are two answers, so that there is a conversation to go on with.
    if request.messages.contains(where: { $0.role == .tool && $0.toolName == "write_file" }) {
      return .calls([call("finish", ["summary": "Done."])])
    }
    if number < 3, !line.contains("phase=debugging"), !request.messages.contains(where: { $0.role == .tool }) {
      return .calls([call("read_file", ["path": "list.txt"])])
    }
    if line.contains("phase=debugging") { return .calls([write("list.txt", "1\na\nb\n2\n")]) }
    guard number < 3 else { return .calls([write("c.txt", "c\n")]) }
    return .calls([write("\(name).txt", "\(name)\n"), write("list.txt", "1\n\(name)\n2\n")])
  }

  private func project() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write(Self.plan, to: "MASTER_PLAN.md")
    try folder.write("1\n2\n", to: "list.txt")
    return folder
  }

  private func run(
    in folder: TemporaryDirectory,
    store: @escaping @Sendable (StateManager) -> any StateStore = { $0 }
  ) -> AssembledRun {
    var run = AssembledRun(folder: folder, store: store, answer: Self.answer)
    run.settings.jobs = 3
    run.usesCheckpoints = true
    run.configuration.checks.commands = [
      CheckDefinition(name: "test", arguments: ["sh", "-c", "! grep -q '<<<' *.txt"])
    ]
    return run
  }

  @Test func anArbiterDecidesOnSeveralAtOnceToo() async throws {
    let folder = try project()
    let sink = RecordingEventSink()
    var run = run(in: folder)
    run.isOrchestrated = true
    run.sinks = [sink]
    let result = try await run.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(folder.text(of: "list.txt") == "1\na\nb\n2\n")
    // What it chose was never legal, so that the rules decided, and each step has its decision.
    let steps = sink.events.compactMap { if case .decision(let decision) = $0.event { decision.step } else { nil } }
    #expect(steps == Array(1...steps.count))
    #expect(sink.events.contains { $0.event.kind == .fallback })
  }

  @Test func dyingBetweenAnyTwoCommitsLosesNothing() async throws {
    let commits = InterruptionTests.Counter()
    let folder = try project()
    let whole = try await run(in: folder, store: { DisturbedStore(store: $0) { _ = commits.next() } }).run()
    #expect(whole.outcome == .complete, "\(whole.message)")
    let files = ["a.txt", "b.txt", "c.txt", "list.txt"]
    let expected = files.map { folder.text(of: $0) }
    #expect(expected == ["a\n", "b\n", "c\n", "1\na\nb\n2\n"])
    let count = commits.next() - 1
    #expect(count > 60)
    // Each point takes two runs; all of them together are for those who have the time.
    var deaths = 0
    for point in stride(from: 4, to: count, by: TestEnvironment.wantsSlowTests ? 1 : 13) {
      let folder = try project()
      let commits = InterruptionTests.Counter()
      // What is gone stays gone: nothing that comes later reaches the disk.
      _ = try? await run(
        in: folder,
        store: { DisturbedStore(store: $0) { if commits.next() > point { throw InterruptionTests.Gone() } } }
      ).run()
      // Which commits are made depends on what comes first, and a run may have ended before this one.
      guard commits.next() > point + 1 else { continue }
      deaths += 1
      let sink = RecordingEventSink()
      var again = run(in: folder)
      again.sinks = [sink]
      let result = try await again.run()
      #expect(result.outcome == .complete, "after \(point): \(result.message)")
      #expect(files.map { folder.text(of: $0) } == expected, "after \(point)")
      let state = try again.state()
      #expect(state.tasks.allSatisfy { $0.status == .done && $0.lane == nil }, "after \(point)")
      #expect(state.runsMade == 1 && state.openSteps.isEmpty, "after \(point)")
      let lost = sink.events.filter { if case .userChanged = $0.event { true } else { false } }
      #expect(lost.isEmpty, "after \(point)")
      // Nothing that had succeeded was done again.
      #expect(state.counters.values.allSatisfy { $0.attemptsDrawn <= 2 }, "after \(point): \(state.counters)")
    }
    #expect(deaths > 4)
  }
}
