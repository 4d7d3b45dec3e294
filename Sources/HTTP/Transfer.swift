import Synchronization

/// One exchange, as shared by the thread that carries it out and the task that reads the answer.
final class Transfer: Sendable {
  /// The thread stops receiving when this much waits to be read.
  static let highWater = 1_048_576

  /// The status line and headers of an answer.
  struct Head: Sendable {
    var status: Int
    var headers: HTTPHeaders
  }

  /// How an exchange ended.
  private enum End {
    case complete
    case failed(HTTPError)
  }

  private struct State {
    var head: Head?
    var buffer: [UInt8] = []
    var end: End?
    var isPaused = false
    var isDraining = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  let request: HTTPRequest
  let host: String
  /// Whether libcurl looks for a proxy in the environment; none could reach this machine itself.
  let mayUseProxy: Bool
  private let state = Mutex(State())

  init(request: HTTPRequest, host: String) {
    self.request = request
    self.host = host
    mayUseProxy = !URLText.isLoopback(host)
  }

  // MARK: - The thread's side

  func receive(_ head: Head) {
    update { $0.head = head }
  }

  /// Takes bytes of the body, or refuses them because too many wait already.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var isTaken = true
    update { state in
      if state.isDraining {
        return
      } else if state.buffer.count >= Self.highWater {
        state.isPaused = true
        isTaken = false
      } else {
        unsafe state.buffer.append(contentsOf: bytes)
      }
    }
    return isTaken
  }

  func complete() {
    update { if $0.end == nil { $0.end = .complete } }
  }

  /// Ends the exchange; what waits to be read is still read, unless the reader itself cancelled.
  func fail(_ error: HTTPError) {
    update { state in
      guard state.end == nil else { return }
      state.end = .failed(error)
      if error.code == .cancelled { state.buffer = [] }
    }
  }

  var hasHead: Bool { state.withLock { $0.head != nil } }

  var isPaused: Bool { state.withLock { $0.isPaused } }

  var isDraining: Bool { state.withLock { $0.isDraining } }

  var hasEnded: Bool { state.withLock { $0.end != nil } }

  private func update(_ change: (inout sending State) -> Void) {
    let waiter = state.withLock { state in
      change(&state)
      let waiter = state.waiter
      state.waiter = nil
      return waiter
    }
    waiter?.resume()
  }

  // MARK: - The reader's side

  /// What the reader finds when it looks.
  enum Finding<Value: Sendable>: Sendable {
    case value(Value)
    case end
    case failure(HTTPError)
    case nothingYet
  }

  func takeHead() -> Finding<Head> {
    state.withLock { state in
      if let head = state.head { return .value(head) }
      return Self.finding(of: state.end)
    }
  }

  /// Takes all bytes that wait; the flag says that the thread is to be told to go on.
  func takeBytes() -> (Finding<[UInt8]>, resumes: Bool) {
    state.withLock { state in
      guard !state.buffer.isEmpty else { return (Self.finding(of: state.end), false) }
      let bytes = state.buffer
      state.buffer = []
      let resumes = state.isPaused
      state.isPaused = false
      return (.value(bytes), resumes)
    }
  }

  /// Throws away what waits and what comes.
  func drain() {
    state.withLock { state in
      state.isDraining = true
      state.isPaused = false
      state.buffer = []
    }
  }

  /// Returns when the head, or else bytes, or the end can be had.
  func wait(forHead: Bool) async {
    await withCheckedContinuation { continuation in
      let isLate = state.withLock { state in
        precondition(state.waiter == nil, "A body has one reader.")
        guard forHead ? state.head == nil : state.buffer.isEmpty, state.end == nil else { return true }
        state.waiter = continuation
        return false
      }
      if isLate { continuation.resume() }
    }
  }

  private static func finding<Value>(of end: End?) -> Finding<Value> {
    switch end {
    case .complete: .end
    case .failed(let error): .failure(error)
    case nil: .nothingYet
    }
  }
}
