@unsafe @preconcurrency import Glibc

/// The reading ends of a process's two streams, and what came through them.
struct PipeReader {
  private(set) var output: OutputCapture
  private(set) var standardError: OutputCapture
  private var isOutputOpen = true
  private var isErrorOpen = true
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(limit: Int) {
    output = OutputCapture(limit: limit)
    standardError = OutputCapture(limit: limit)
  }

  /// Whether both streams have been closed by everyone who held them.
  var isAtEnd: Bool { !isOutputOpen && !isErrorOpen }

  /// Waits for output or for the end of the process, takes what is there, and says whether the process has ended.
  mutating func wait(
    _ process: borrowing SpawnedProcess,
    until: SuspendingClock.Instant,
    now: SuspendingClock.Instant,
    isWaitingForExit: Bool
  ) -> Bool {
    // poll(2) skips negative descriptors.
    var polled = [
      pollfd(fd: isOutputOpen ? process.output.number : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isErrorOpen ? process.standardError.number : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isWaitingForExit ? process.handle.number : -1, events: Int16(POLLIN), revents: 0),
    ]
    let milliseconds = max(0, (until - now) / .milliseconds(1)).rounded(.up)
    guard unsafe poll(&polled, nfds_t(polled.count), Int32(milliseconds)) > 0 else { return false }
    if polled[0].revents != 0 { isOutputOpen = read(process.output.number, into: \.output) }
    if polled[1].revents != 0 { isErrorOpen = read(process.standardError.number, into: \.standardError) }
    return polled[2].revents != 0
  }

  /// Takes what is left in the pipes after all writers are gone, without waiting for one that is not.
  mutating func drain(_ process: borrowing SpawnedProcess) {
    for _ in 0..<64 where isOutputOpen { isOutputOpen = read(process.output.number, into: \.output) }
    for _ in 0..<64 where isErrorOpen { isErrorOpen = read(process.standardError.number, into: \.standardError) }
  }

  /// Reads once and says whether the stream is still open.
  private mutating func read(_ descriptor: Int32, into stream: WritableKeyPath<PipeReader, OutputCapture>) -> Bool {
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
    self[keyPath: stream].append(buffer[..<count])
    return true
  }
}
