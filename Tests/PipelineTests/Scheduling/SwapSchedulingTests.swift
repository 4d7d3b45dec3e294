import Testing

@testable import Pipeline

@Suite struct SwapSchedulingTests {
  /// One server on which one model fits.
  private static let oneModel = ["gpu": ServerCapacity(slots: 1, resident: 1)]

  private func task(_ id: String, _ model: String, priority: Int = 50, after: [String] = []) -> QueuedTask {
    QueuedTask(id: id, dependsOn: after, priority: priority, server: "gpu", model: model)
  }

  /// The ids in the order in which they are started, each done before the next.
  private func order(_ tasks: [QueuedTask], patience: Int = 16) throws -> [String] {
    var queue = try ReadyQueue(tasks, limits: SchedulingLimits(servers: Self.oneModel, swapPatience: patience))
    var order: [String] = []
    while let position = queue.start() {
      order.append(tasks[position].id)
      queue.succeed(position)
    }
    return order
  }

  @Test func drainsTheLoadedModelsWorkBeforeAnotherIsLoaded() throws {
    let tasks = [task("a1", "a"), task("b1", "b"), task("a2", "a"), task("b2", "b"), task("a3", "a")]
    #expect(try order(tasks) == ["a1", "a2", "a3", "b1", "b2"])
  }

  @Test func workThatBecomesReadyMeanwhileIsDrainedToo() throws {
    let tasks = [task("a1", "a"), task("b1", "b"), task("a2", "a", after: ["a1"]), task("a3", "a", after: ["a2"])]
    #expect(try order(tasks) == ["a1", "a2", "a3", "b1"])
  }

  @Test func passesOverAWaitingTaskAtMostAsOftenAsIsAllowed() throws {
    let tasks = [task("a0", "a"), task("b", "b")] + (1...9).map { task("a\($0)", "a") }
    #expect(try order(tasks, patience: 3).prefix(5) == ["a0", "a1", "a2", "a3", "b"])
    #expect(try order(tasks, patience: 0).prefix(2) == ["a0", "b"])
  }

  @Test func aModelIsNotSwappedOutUnderRunningWork() throws {
    let limits = SchedulingLimits(servers: ["gpu": ServerCapacity(slots: 4, resident: 1)])
    var queue = try ReadyQueue([task("a1", "a"), task("a2", "a"), task("b1", "b")], limits: limits)
    #expect([queue.start(), queue.start(), queue.start()] == [0, 1, nil])
    queue.succeed(0)
    #expect(queue.start() == nil)
    queue.succeed(1)
    #expect(queue.start() == 2)
  }

  @Test func aModelForWhichThereIsRoomIsLoadedAtOnce() throws {
    let limits = SchedulingLimits(servers: ["gpu": ServerCapacity(resident: 2)])
    var queue = try ReadyQueue([task("a1", "a"), task("b1", "b"), task("c1", "c"), task("a2", "a")], limits: limits)
    #expect([queue.start(), queue.start(), queue.start(), queue.start()] == [0, 1, 3, nil])
  }
}
