import Persistence
import Testing

@Suite struct QueueExecutorTests {
  private actor Counter {
    private let executor = QueueExecutor(label: "counter")
    private(set) var count = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func add() { count += 1 }

    nonisolated func addFromInside() { assumeIsolated { $0.count += 1 } }

    func addTwice() {
      add()
      addFromInside()
    }
  }

  @Test func keepsAnActorsCallsApart() async {
    let counter = Counter()
    await withTaskGroup { group in
      for _ in 0..<1000 { group.addTask { await counter.add() } }
    }
    #expect(await counter.count == 1000)
  }

  @Test func knowsWhenItRunsTheActor() async {
    let counter = Counter()
    await counter.addTwice()
    #expect(await counter.count == 2)
  }
}
