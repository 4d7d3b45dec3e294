import JSON

/// The requests of a simulated server, and those who wait for one.
struct RequestLog {
  private(set) var requests: [RecordedRequest] = []
  private(set) var count = 0
  private(set) var unmatched: [String] = []
  private(set) var unmatchedCount = 0
  private(set) var isClosed = false
  private let keepsRequests: Bool
  /// How many requests of each path were handed out.
  private var cursors: [String: Int] = [:]
  private var waiters: [Int: Waiter] = [:]
  private var nextWaiter = 0

  private struct Waiter {
    let take: (inout RequestLog) -> RecordedRequest?
    let continuation: CheckedContinuation<RecordedRequest, any Error>
  }

  typealias Resumption = (CheckedContinuation<RecordedRequest, any Error>, Result<RecordedRequest, any Error>)

  init(keepsRequests: Bool) {
    self.keepsRequests = keepsRequests
  }

  mutating func append(_ request: RecordedRequest) {
    count += 1
    // Without a record the open requests are still needed: they are updated when they end.
    requests.append(request)
  }

  mutating func noteUnmatched(_ description: String) {
    unmatchedCount += 1
    if unmatched.count < 20 { unmatched.append(description) }
  }

  mutating func end(id: Int, _ ending: RecordedRequest.Ending) -> RecordedRequest? {
    guard let position = requests.lastIndex(where: { $0.id == id }) else { return nil }
    requests[position].ending = ending
    return keepsRequests ? requests[position] : requests.remove(at: position)
  }

  /// The next request on `path` that was not handed out, and marks it as such.
  mutating func takeNext(path: String) -> RecordedRequest? {
    let seen = cursors[path, default: 0]
    guard let request = requests.lazy.filter({ $0.path == path }).dropFirst(seen).first else { return nil }
    cursors[path] = seen + 1
    return request
  }

  func ended(id: Int) -> RecordedRequest? {
    requests.first { $0.id == id && $0.ending != .open }
  }

  /// Adds somebody who waits for what `take` answers.
  mutating func wait(
    _ continuation: CheckedContinuation<RecordedRequest, any Error>,
    take: @escaping (inout RequestLog) -> RecordedRequest?
  ) -> Int {
    nextWaiter += 1
    waiters[nextWaiter] = Waiter(take: take, continuation: continuation)
    return nextWaiter
  }

  mutating func cancelWaiter(_ id: Int) -> CheckedContinuation<RecordedRequest, any Error>? {
    waiters.removeValue(forKey: id)?.continuation
  }

  /// Those who need wait no longer, to be resumed when the log is unlocked.
  mutating func satisfiedWaiters() -> [Resumption] {
    var resumptions: [Resumption] = []
    for id in waiters.keys.sorted() {
      guard let waiter = waiters[id] else { continue }
      if let request = waiter.take(&self) {
        resumptions.append((waiter.continuation, .success(request)))
      } else if isClosed {
        resumptions.append((waiter.continuation, .failure(CancellationError())))
      } else {
        continue
      }
      waiters[id] = nil
    }
    return resumptions
  }

  mutating func close() {
    isClosed = true
  }
}
