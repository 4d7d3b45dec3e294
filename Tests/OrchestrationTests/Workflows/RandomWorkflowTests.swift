import Pipeline
import TestSupport
import Testing

@testable import Orchestration

@Suite struct RandomWorkflowTests {
  /// Whatever the order in which tasks end, each stands in the end as the failures alone determine.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func endsAsTheFailuresDetermine(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...30, using: &random)
    var tasks = (0..<count).map { position in
      WorkflowTask(
        id: "t\(position)",
        dependsOn: (0..<position).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }.map { "t\($0)" },
        priority: Int.random(in: 1...3, using: &random)
      )
    }
    let failing = Set(tasks.map { $0.id }.filter { _ in Int.random(in: 0..<6, using: &random) == 0 })
    let pauses = Dictionary(uniqueKeysWithValues: tasks.map { ($0.id, Int.random(in: 0...3, using: &random)) })
    tasks.shuffle(using: &random)
    let journal = MemoryWorkflowJournal()
    let coordinator = try AgentCoordinator(
      Workflow(name: "w", tasks: tasks),
      limits: SchedulingLimits(slots: Int.random(in: 1...5, using: &random)),
      journal: journal
    )
    let result = try await coordinator.run { assignment in
      for _ in 0..<pauses[assignment.task.id, default: 0] { await Task.yield() }
      if failing.contains(assignment.task.id) { throw AgentFailure(.work, "No.") }
      return AgentAnswer(assignment.task.id)
    }
    let statuses = Dictionary(uniqueKeysWithValues: zip(tasks.map { $0.id }, result.statuses))
    for task in tasks {
      let isLost = task.dependsOn.contains { statuses[$0] != .succeeded }
      switch statuses[task.id] {
      case .succeeded: #expect(!isLost && !failing.contains(task.id))
      case .failed: #expect(!isLost && failing.contains(task.id))
      case .skipped(let cause): #expect(isLost && failing.contains(cause))
      default: Issue.record("'\(task.id)' is \(String(describing: statuses[task.id]))")
      }
      let last = journal.moments(of: task.id).last
      #expect(last?.rawValue == statuses[task.id]?.word)
    }
  }
}
