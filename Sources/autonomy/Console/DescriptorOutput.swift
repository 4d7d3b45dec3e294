@unsafe @preconcurrency import Glibc
import Synchronization

/// Standard output or standard error of the process.
final class DescriptorOutput: TextOutput {
  let terminal: Terminal
  private let descriptor: Int32
  private let state = Mutex<(isClosed: Bool, failure: String?)>((false, nil))

  init(_ descriptor: Int32, environment: [String: String]) {
    terminal = Terminal(descriptor: descriptor, environment: environment)
    // A terminal that says that it is ready still waits for room for all. A descriptor of our own does not have to, while
    // that of those who share the terminal stays as it is.
    let own = isatty(descriptor) == 1 ? unsafe open("/proc/self/fd/\(descriptor)", Self.ownFlags) : -1
    self.descriptor = own >= 0 ? own : descriptor
  }

  private static let ownFlags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC

  var isClosed: Bool { state.withLock { $0.isClosed } }

  var failure: String? { state.withLock { $0.failure } }

  /// Writes under a lock, so that lines of two threads do not mix; a reader that has gone away is no error of ours.
  ///
  /// A reader that stands still is waited for, but not for long once somebody wants the program to end.
  func write(_ text: String) {
    state.withLock { state in
      var bytes = Array(text.utf8)[...]
      while !state.isClosed, !bytes.isEmpty {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let isReady = unsafe poll(&waiting, 1, Self.patience)
        if isReady == 0 {
          state.isClosed = SignalCenter.hasHeard
          continue
        }
        // So much a pipe that is ready takes at once.
        let part = bytes.prefix(Self.pipeSize)
        let count = unsafe part.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          bytes = bytes.dropFirst(count)
        } else if count == 0 || errno != EINTR && errno != EAGAIN {
          if count < 0, errno != EPIPE { state.failure = unsafe String(cString: strerror(errno)) }
          state.isClosed = true
        }
      }
    }
  }

  /// How long to wait for a reader before looking whether the program is to end; in milliseconds.
  private static let patience: Int32 = 1000
  private static let pipeSize = 4096
}
