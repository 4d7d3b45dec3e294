import TestSupport
import Testing

@testable import Pipeline

@Suite struct ReadyQueueTests {
  private func queue(
    _ tasks: [QueuedTask],
    _ limits: SchedulingLimits = SchedulingLimits(),
    succeeded: Set<String> = []
  ) throws -> ReadyQueue {
    try ReadyQueue(tasks, limits: limits, succeeded: succeeded)
  }

  /// Starts whatever may be started, and answers the ids.
  private func started(_ queue: inout ReadyQueue) -> [String] {
    var ids: [String] = []
    while let position = queue.start() { ids.append(queue.tasks[position].id) }
    return ids
  }

  @Test func startsByPriorityThenStageThenPlace() throws {
    var queue = try queue([
      QueuedTask(id: "late", priority: 90), QueuedTask(id: "build", stage: 2), QueuedTask(id: "scout", stage: 0),
      QueuedTask(id: "scout2", stage: 0), QueuedTask(id: "urgent", priority: 1, stage: 2),
    ])
    #expect(started(&queue) == ["urgent", "scout", "scout2", "build", "late"])
  }

  @Test func aTaskIsReadyWhenItsLastDependencySucceedsWhateverElseRuns() throws {
    var queue = try queue([
      QueuedTask(id: "slow"), QueuedTask(id: "a"), QueuedTask(id: "b"),
      QueuedTask(id: "c", dependsOn: ["a", "b", "a"]),
    ])
    #expect(started(&queue) == ["slow", "a", "b"])
    queue.succeed(1)
    #expect(started(&queue) == [])
    queue.succeed(2)
    #expect(started(&queue) == ["c"])
    #expect(queue.standing(of: 0) == .running)
  }

  @Test func neverRunsMoreThanThereAreSlotsInAllAndOnAServer() throws {
    let limits = SchedulingLimits(slots: 3, servers: ["big": ServerCapacity(slots: 1)])
    var queue = try queue(
      [
        QueuedTask(id: "b1", server: "big"), QueuedTask(id: "b2", server: "big"), QueuedTask(id: "s1", server: "small"),
        QueuedTask(id: "s2", server: "small"), QueuedTask(id: "free"),
      ],
      limits
    )
    #expect(started(&queue) == ["b1", "s1", "s2"])
    queue.succeed(0)
    #expect(started(&queue) == ["b2"])
    queue.succeed(2)
    #expect(started(&queue) == ["free"])
  }

  @Test func aFailureSkipsAllThatDependsOnItAndNamesTheFirstCause() throws {
    var queue = try queue([
      QueuedTask(id: "a"), QueuedTask(id: "b"), QueuedTask(id: "c", dependsOn: ["a"]),
      QueuedTask(id: "d", dependsOn: ["c", "b"]), QueuedTask(id: "e", dependsOn: ["b"]),
      QueuedTask(id: "f", dependsOn: ["d"]),
    ])
    #expect(started(&queue) == ["a", "b"])
    #expect(queue.fail(0) == [2, 3, 5])
    #expect(queue.fail(1) == [4])
    #expect([2, 3, 5].allSatisfy { queue.standing(of: $0) == .skipped(because: 0) })
    #expect(queue.standing(of: 4) == .skipped(because: 1))
    #expect(started(&queue) == [])
  }

  @Test func aTaskThatIsTriedAgainKeepsItsPlace() throws {
    var queue = try queue([QueuedTask(id: "a"), QueuedTask(id: "b")], SchedulingLimits(slots: 1))
    #expect(started(&queue) == ["a"])
    queue.retry(0)
    #expect(started(&queue) == ["a"])
  }

  @Test func whatSucceededBeforeDoesNotRunAgain() throws {
    var queue = try queue(
      [QueuedTask(id: "a"), QueuedTask(id: "b", dependsOn: ["a"]), QueuedTask(id: "c", dependsOn: ["b"])],
      succeeded: ["a", "b"]
    )
    #expect(started(&queue) == ["c"])
  }

  @Test(arguments: [
    (["a": ["a"]], "a -> a"),
    (["a": ["b"], "b": ["a"]], "a -> b -> a"),
    (["a": ["b"], "b": ["c"], "c": ["a"]], "a -> b -> c -> a"),
    (["a": ["c"], "b": [], "c": ["e"], "d": ["c", "b"], "e": ["d"]], "c -> e -> d -> c"),
  ])
  func namesTheWholeCircle(_ tasks: [String: [String]], _ circle: String) throws {
    let tasks = tasks.sorted { $0.key < $1.key }.map { QueuedTask(id: $0.key, dependsOn: $0.value) }
    let error = #expect(throws: DependencyError.self) { try self.queue(tasks) }
    #expect(error == .cycle(circle.split(separator: " -> ").map(String.init)))
    #expect(error?.description.contains(circle) == true)
  }

  @Test func refusesAnIdThatIsThereTwice() {
    #expect(throws: DependencyError.duplicate(id: "a")) {
      try self.queue([QueuedTask(id: "a"), QueuedTask(id: "b"), QueuedTask(id: "a")])
    }
  }

  @Test func refusesADependencyThatIsNoTaskAndSuggestsTheNearest() {
    let tasks = [QueuedTask(id: "survey"), QueuedTask(id: "plan", dependsOn: ["survye"])]
    #expect(throws: DependencyError.unknown(id: "survye", of: "plan", suggestion: "survey")) { try self.queue(tasks) }
  }

  @Test func nothingToDoIsNothingToStart() throws {
    var queue = try queue([])
    #expect(queue.start() == nil)
  }
}
