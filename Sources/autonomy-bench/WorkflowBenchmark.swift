import Orchestration
import Persistence
import Pipeline

/// What workflows cost beside the work of their tasks.
struct WorkflowBenchmark {
  func measurements() async throws -> [Measurement] {
    try creation() + (try await overheads()) + (try await makespans()) + (try await SwapBenchmark().measurements())
  }

  // MARK: - Creating

  private func creation() throws -> [Measurement] {
    let workflow = Shape.chain.workflow(of: 1000)
    let yardstick = Self.median(times: 50) {
      _ = Dictionary(workflow.tasks.enumerated().map { ($1.id, $0) }) { $1 }
    }
    let value = try Self.median(times: 50) { _ = try AgentCoordinator(workflow, journal: NoJournal()) }
    return [
      Measurement(
        name: "creating a chain of 1,000 tasks",
        value: value,
        unit: "ms",
        yardstick: ("a dictionary of their ids", yardstick),
        target: "at most 2 ms"
      )
    ]
  }

  // MARK: - Overhead

  private func overheads() async throws -> [Measurement] {
    var measurements: [Measurement] = []
    for count in [1000, 10_000] {
      var empty: [Double] = []
      for _ in 0..<11 {
        let start = computedMilliseconds()
        await Self.awaitEmptyTasks(count)
        empty.append(computedMilliseconds() - start)
      }
      let yardstick = empty.median / Double(count) * 1000
      for shape in Shape.allCases {
        let workflow = shape.workflow(of: count)
        var times: [Double] = []
        for _ in 0..<11 {
          let coordinator = try AgentCoordinator(workflow, journal: NoJournal())
          let start = computedMilliseconds()
          let result = try await withTaskExecutorPreference(Self.executor) {
            try await coordinator.run { _ in AgentAnswer("") }
          }
          times.append(computedMilliseconds() - start)
          guard result.outcome == .succeeded else { throw ChildProcess.Failure(description: "A task has failed.") }
        }
        measurements.append(
          Measurement(
            name: "overhead of a task, \(shape.rawValue) of \(count)",
            value: times.median / Double(count) * 1000,
            unit: "µs computed",
            yardstick: ("an empty child task", yardstick),
            target: "at most 8 µs"
          )
        )
      }
    }
    return measurements
  }

  private static let executor = QueueExecutor(label: "autonomy.bench")

  private static func awaitEmptyTasks(_ count: Int) async {
    await withTaskExecutorPreference(executor) {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<count { group.addTask {} }
      }
    }
  }

  // MARK: - Makespan

  private func makespans() async throws -> [Measurement] {
    // Two pipelines whose tasks are long where the other's are short; and eight of five tasks of any length.
    let staggered = [[10, 70, 10, 70, 10, 70, 10, 70], [70, 10, 70, 10, 70, 10, 70, 10]]
    let eight = (0..<8).map { line in (0..<5).map { 5 + (line * 5 + $0) * 2_654_435_761 % 4_294_967_296 % 55 } }
    return [
      try await makespan("two staggered pipelines", staggered), try await makespan("8 × 5 mixed pipelines", eight),
    ]
  }

  private func makespan(_ name: String, _ pipelines: [[Int]]) async throws -> Measurement {
    var workflow = Workflow(name: "w", tasks: [])
    var pauses: [String: Int] = [:]
    for (line, tasks) in pipelines.enumerated() {
      for (place, pause) in tasks.enumerated() {
        let id = "\(line)-\(place)"
        pauses[id] = pause
        workflow.tasks.append(WorkflowTask(id: id, dependsOn: place > 0 ? ["\(line)-\(place - 1)"] : []))
      }
    }
    let longest = pipelines.max { $0.reduce(0, +) < $1.reduce(0, +) } ?? []
    let (whole, lengths) = (workflow, pauses)
    let yardstick = await Self.median(rounds: 5) {
      for pause in longest { try? await Task.sleep(for: .milliseconds(pause), tolerance: .zero) }
    }
    var times: [Double] = []
    for _ in 0..<5 {
      let coordinator = try AgentCoordinator(whole, journal: NoJournal())
      let start = ContinuousClock.now
      _ = try await coordinator.run { assignment in
        try await Task.sleep(for: .milliseconds(lengths[assignment.task.id] ?? 0), tolerance: .zero)
        return AgentAnswer("")
      }
      times.append((ContinuousClock.now - start).milliseconds)
    }
    return Measurement(
      name: "makespan of \(name)",
      value: times.median,
      unit: "ms",
      yardstick: ("the critical path", yardstick),
      target: "at most 1.02 times"
    )
  }

  private static func median(times: Int, _ body: () throws -> Void) rethrows -> Double {
    try (0..<times).map { _ in
      let start = ContinuousClock.now
      try body()
      return (ContinuousClock.now - start).milliseconds
    }.median
  }

  private static func median(rounds: Int, _ body: () async -> Void) async -> Double {
    var times: [Double] = []
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      await body()
      times.append((ContinuousClock.now - start).milliseconds)
    }
    return times.median
  }
}

/// How the tasks of a measured workflow depend on each other.
private enum Shape: String, CaseIterable {
  case fanOut = "fan-out"
  case chain
  case layers

  func workflow(of count: Int) -> Workflow {
    let tasks = (0..<count).map { number in
      WorkflowTask(id: "t\(number)", dependsOn: dependencies(of: number).map { "t\($0)" })
    }
    return Workflow(name: "w", tasks: tasks)
  }

  private func dependencies(of number: Int) -> [Int] {
    switch self {
    case .fanOut: number == 0 ? [] : [0]
    case .chain: number == 0 ? [] : [number - 1]
    // Each of ten depends on all ten before.
    case .layers: number < 10 ? [] : Array((number / 10 * 10 - 10)..<(number / 10 * 10))
    }
  }
}

/// A journal that forgets.
private struct NoJournal: WorkflowJournal {
  func note(_ events: [WorkflowEvent]) async throws {}
}
