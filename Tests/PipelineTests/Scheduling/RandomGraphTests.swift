import TestSupport
import Testing

@testable import Pipeline

@Suite struct RandomGraphTests {
  /// Tasks of which each may depend on earlier ones only.
  private func tasks(_ random: inout SeededGenerator) -> [QueuedTask] {
    let count = Int.random(in: 1...24, using: &random)
    let density = Int.random(in: 0...4, using: &random)
    return (0..<count).map { position in
      let dependencies = (0..<density).compactMap { _ -> String? in
        position == 0 || Bool.random(using: &random) ? nil : "t\(Int.random(in: 0..<position, using: &random))"
      }
      let server: String? = ["big", "small", nil].randomElement(using: &random) ?? nil
      return QueuedTask(
        id: "t\(position)",
        dependsOn: dependencies,
        priority: Int.random(in: 1...3, using: &random),
        stage: Int.random(in: 0...2, using: &random),
        server: server,
        model: ["m1", "m2", "m3"].randomElement(using: &random)
      )
    }
  }

  private func limits(_ random: inout SeededGenerator) -> SchedulingLimits {
    SchedulingLimits(
      slots: [1, 2, 4, .max].randomElement(using: &random) ?? 1,
      servers: [
        "big": ServerCapacity(
          slots: [nil, 1, 2].randomElement(using: &random) ?? nil,
          resident: [nil, 1, 2].randomElement(using: &random) ?? nil
        ),
        "small": ServerCapacity(resident: 1),
      ],
      swapPatience: [0, 1, 3, 16].randomElement(using: &random) ?? 0
    )
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func schedulesAsANaiveSchedulerDoesAndComesToAnEnd(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (tasks, limits) = (tasks(&random).shuffled(using: &random), limits(&random))
    let before = Set(tasks.filter { $0.dependsOn.isEmpty && Int.random(in: 0..<6, using: &random) == 0 }.map { $0.id })
    var queue = try ReadyQueue(tasks, limits: limits, succeeded: before)
    var naive = NaiveScheduler(tasks, limits, succeeded: before)
    var steps = 0
    while true {
      steps += 1
      #expect(tasks.indices.map { queue.standing(of: $0) } == tasks.indices.map { naive.standing(of: $0) })
      #expect(queue.runningCount == naive.running.count)
      if naive.running.isEmpty || Bool.random(using: &random) {
        let (position, expected) = (queue.start(), naive.start())
        try #require(position == expected)
        if position == nil, naive.running.isEmpty { break }
        if position != nil { continue }
      }
      guard let position = naive.running.randomElement(using: &random) else { continue }
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        #expect(queue.fail(position) == naive.fail(position))
      case 1:
        queue.retry(position)
        naive.retry(position)
      default:
        queue.succeed(position)
        naive.succeed(position)
      }
      try #require(steps < 10_000)
    }
    // Nothing is left behind: what has not run depends on what failed.
    for position in tasks.indices {
      switch queue.standing(of: position) {
      case .succeeded, .failed, .skipped: break
      case .pending, .ready, .running: Issue.record("'\(tasks[position].id)' is left behind")
      }
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func aCircleThatIsNamedIsOne(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...20, using: &random)
    let dependencies = (0..<count).map { _ in
      (0..<Int.random(in: 0...2, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) }
    }
    guard let cycle = DependencyGraph.cycle(in: dependencies) else {
      // Without a circle everything can be done in some order.
      var done: Set<Int> = []
      for _ in 0..<count {
        done.formUnion((0..<count).filter { dependencies[$0].allSatisfy { done.contains($0) } })
      }
      #expect(done.count == count)
      return
    }
    #expect(cycle.count > 1 && cycle.first == cycle.last)
    #expect(Set(cycle.dropLast()).count == cycle.count - 1)
    for (position, next) in zip(cycle, cycle.dropFirst()) { #expect(dependencies[position].contains(next)) }
  }
}
