import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite struct ServerGateTests {
  @Test func aModelIsLoadedWhenNoStepUsesTheLoadedOneOrWaitsForIt() async throws {
    var hall = Hall(ServerCapacity(resident: 1))
    let a1 = hall.enter("a1")
    #expect(await hall.next() == "a1 begins")
    let b1 = hall.enter("b1")
    #expect(await hall.next() == "b1 waits")
    let a2 = hall.enter("a2")
    #expect(await hall.next() == "a2 begins")
    try await a1.leave()
    let a3 = hall.enter("a3")
    #expect(await hall.next() == "a3 begins")
    try await a2.leave()
    try await a3.leave()
    #expect(await hall.next() == "b1 begins")
    let a4 = hall.enter("a4")
    #expect(await hall.next() == "a4 waits")
    let b2 = hall.enter("b2")
    #expect(await hall.next() == "b2 begins")
    try await b1.leave()
    try await b2.leave()
    #expect(await hall.next() == "a4 begins")
    try await a4.leave()
  }

  @Test func nobodyIsPassedOverMoreOftenThanIsAllowed() async throws {
    var hall = Hall(ServerCapacity(resident: 1), patience: 2)
    let first = hall.enter("a1")
    #expect(await hall.next() == "a1 begins")
    let b = hall.enter("b1")
    #expect(await hall.next() == "b1 waits")
    let others = [hall.enter("a2")]
    #expect(await hall.next() == "a2 begins")
    let last = hall.enter("a3")
    #expect(await hall.next() == "a3 begins")
    let late = hall.enter("a4")
    #expect(await hall.next() == "a4 waits")
    for visitor in [first] + others + [last] { try await visitor.leave() }
    #expect(await hall.next() == "b1 begins")
    try await b.leave()
    #expect(await hall.next() == "a4 begins")
    try await late.leave()
  }

  @Test func whoIsCancelledWaitsNoLongerAndHoldsUpNobody() async throws {
    var hall = Hall(ServerCapacity(resident: 1), patience: 0)
    let a1 = hall.enter("a1")
    #expect(await hall.next() == "a1 begins")
    let b = hall.enter("b1")
    #expect(await hall.next() == "b1 waits")
    let a2 = hall.enter("a2")
    #expect(await hall.next() == "a2 waits")
    b.task.cancel()
    await #expect(throws: CancellationError.self) { try await b.task.value }
    #expect(await hall.next() == "a2 begins")
    // Whoever is cancelled later gives its turn back like everybody else.
    a1.task.cancel()
    a2.task.cancel()
    _ = await (a1.task.result, a2.task.result)
    let c = hall.enter("c1")
    #expect(await hall.next() == "c1 begins")
    try await c.leave()
  }

  @Test func whoIsCancelledBeforeDoesNotBegin() async throws {
    let gate = ServerGate(SchedulingLimits(servers: ["gpu": ServerCapacity(resident: 1)]))
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      try await gate.pass(with: Hall.model("a")) { _ = Issue.record("It was cancelled.") }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func anErrorEndsATurnToo() async throws {
    struct Mishap: Error {}
    let gate = ServerGate(SchedulingLimits(servers: ["gpu": ServerCapacity(slots: 1)]))
    await #expect(throws: Mishap.self) {
      _ = try await gate.pass(with: Hall.model("a")) { throw Mishap() }
    }
    #expect(try await gate.pass(with: Hall.model("b")) { 1 } == 1)
  }

  @Test func noMoreStepsThanThereAreSlotsUseAServer() async throws {
    var hall = Hall(ServerCapacity(slots: 2))
    let visitors = ["a1", "b1"].map { hall.enter($0) }
    #expect(Set([await hall.next(), await hall.next()]) == ["a1 begins", "b1 begins"])
    let c = hall.enter("c1")
    #expect(await hall.next() == "c1 waits")
    try await visitors[0].leave()
    #expect(await hall.next() == "c1 begins")
    try await visitors[1].leave()
    try await c.leave()
  }

  @Test func aServerWithoutLimitsIsOpen() async throws {
    var hall = Hall(ServerCapacity())
    let visitors = ["a1", "b1", "c1"].map { hall.enter($0) }
    #expect(Set([await hall.next(), await hall.next(), await hall.next()]) == ["a1 begins", "b1 begins", "c1 begins"])
    for visitor in visitors { try await visitor.leave() }
  }

  @Test(arguments: 1...4)
  func noStepIsForgottenAndNoModelIsTooMany(seed: UInt64) async throws {
    let capacity = ServerCapacity(slots: 4, resident: 2)
    let gate = ServerGate(SchedulingLimits(servers: ["gpu": capacity], swapPatience: 3))
    var generator = SeededGenerator(seed: seed)
    let crowd = Crowd(capacity)
    let visitors = (0..<200).map { _ in
      let model = (["a", "b", "c", "d"] as [ModelName]).randomElement(using: &generator) ?? "a"
      let yields = Int.random(in: 0...5, using: &generator)
      return Task {
        try await gate.pass(with: Hall.model(model)) {
          crowd.begin(model)
          for _ in 0..<yields { await Task.yield() }
          crowd.end(model)
        }
      }
    }
    var cancelled = 0
    for visitor in visitors where Bool.random(using: &generator) {
      visitor.cancel()
      await Task.yield()
    }
    for visitor in visitors {
      do { try await visitor.value } catch is CancellationError { cancelled += 1 }
    }
    #expect(crowd.begun + cancelled == visitors.count)
    #expect(try await gate.pass(with: Hall.model("e")) { true })
  }
}

/// Counts who uses a server, and complains where that is too many.
private final class Crowd: Sendable {
  private let capacity: ServerCapacity
  private let steps = Mutex((now: [ModelName: Int](), begun: 0))

  init(_ capacity: ServerCapacity) {
    self.capacity = capacity
  }

  var begun: Int { steps.withLock { $0.begun } }

  func begin(_ model: ModelName) {
    steps.withLock { steps in
      steps.now[model, default: 0] += 1
      steps.begun += 1
      #expect(steps.now.values.reduce(0, +) <= capacity.slots ?? .max)
      #expect(steps.now.values.count { $0 > 0 } <= capacity.resident ?? .max)
    }
  }

  func end(_ model: ModelName) {
    steps.withLock { $0.now[model, default: 0] -= 1 }
  }
}

/// Where visitors of one server tell what happens to them.
private struct Hall {
  /// One who uses the model that its name begins with until it is told to leave.
  struct Visitor {
    let task: Task<Void, any Error>
    let stay: AsyncStream<Void>.Continuation

    func leave() async throws {
      stay.finish()
      try await task.value
    }
  }

  private let gate: ServerGate
  private let words: AsyncStream<String>.Continuation
  private var heard: AsyncStream<String>.Iterator

  init(_ capacity: ServerCapacity, patience: Int = 16) {
    gate = ServerGate(SchedulingLimits(servers: ["gpu": capacity], swapPatience: patience))
    let (stream, words) = AsyncStream.makeStream(of: String.self)
    (self.words, heard) = (words, stream.makeAsyncIterator())
  }

  static func model(_ name: ModelName) -> PhaseModel {
    PhaseModel(role: "coding", name: name, server: "gpu", numContext: 4096, numPredict: 512)
  }

  func enter(_ name: String) -> Visitor {
    let (staying, stay) = AsyncStream.makeStream(of: Void.self)
    let task = Task { [gate, words] in
      let model = try #require(ModelName(String(name.prefix(1))))
      try await gate.pass(with: Self.model(model)) {
        words.yield("\(name) waits")
      } _: {
        words.yield("\(name) begins")
        for await _ in staying {}
      }
    }
    return Visitor(task: task, stay: stay)
  }

  mutating func next() async -> String? { await heard.next(isolation: #isolation) }
}
