import Dispatch
import Synchronization

/// The folders that wait for a worker, the last first, so that few are open at a time.
final class ScanQueue: Sendable {
  /// A folder to look at.
  struct Item: Sendable {
    let folder: Folder
    let parent: SharedFolder
    let rules: IgnoreStack
  }

  private struct State {
    var items: [Item] = []
    var waitingCount = 0
    /// The items that workers have taken and may add others for.
    var openCount = 0
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)

  func push(_ items: [Item]) {
    guard !items.isEmpty else { return }
    wake { state in
      state.items += items
      return min(state.waitingCount, items.count)
    }
  }

  /// Takes an item, or nothing when there are none and will be none.
  func next() -> Item? {
    while true {
      let (item, isDone) = state.withLock { state -> (Item?, Bool) in
        if state.failure != nil { return (nil, true) }
        if let item = state.items.popLast() {
          state.openCount += 1
          return (item, false)
        }
        if state.openCount == 0 { return (nil, true) }
        state.waitingCount += 1
        return (nil, false)
      }
      if item != nil || isDone { return item }
      wakeUp.wait()
    }
  }

  /// Says that no more items come from one that was taken.
  func finishItem() {
    wake { state in
      state.openCount -= 1
      return state.openCount == 0 && state.items.isEmpty || state.failure != nil ? state.waitingCount : 0
    }
  }

  /// Ends the walk; the first error counts.
  func fail(_ error: any Error) {
    wake { state in
      if state.failure == nil { state.failure = error }
      return state.waitingCount
    }
  }

  func rethrow() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func wake(_ change: (inout sending State) -> Int) {
    let count = state.withLock { state in
      let count = change(&state)
      state.waitingCount -= count
      return count
    }
    for _ in 0..<count { wakeUp.signal() }
  }
}

/// What the workers of a walk found, put together when each is done.
final class Logs: Sendable {
  private let logs = Mutex<[ScanWorker.Log]>([])

  func add(_ log: ScanWorker.Log) { logs.withLock { $0.append(log) } }
  var all: [ScanWorker.Log] { logs.withLock { $0 } }
}
