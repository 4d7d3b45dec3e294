import Orchestration
import Pipeline
import Synchronization

/// A workflow's journal in memory, which may break.
final class MemoryWorkflowJournal: WorkflowJournal {
  struct Broken: Error {}

  private let state: Mutex<(events: [WorkflowEvent], breaksAfter: Int)>

  /// Breaks when it has taken that many events.
  init(breaksAfter: Int = .max) {
    state = Mutex(([], breaksAfter))
  }

  var events: [WorkflowEvent] { state.withLock { $0.events } }

  /// The moments of a task, in order.
  func moments(of task: String) -> [WorkflowEvent.Moment] { events.filter { $0.task == task }.map { $0.moment } }

  func note(_ events: [WorkflowEvent]) async throws {
    try state.withLock { state in
      guard state.events.count + events.count <= state.breaksAfter else { throw Broken() }
      state.events += events
    }
  }
}

/// Where so many have to be before any goes on; who waits in vain fails.
actor Meeting {
  private let size: Int
  private var arrived = 0

  init(of size: Int) {
    self.size = size
  }

  func arrive() async throws {
    arrived += 1
    let deadline = ContinuousClock.now + .seconds(120)
    while arrived < size {
      guard ContinuousClock.now < deadline else { throw AgentFailure(.work, "Nobody else came.") }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}
