@unsafe @preconcurrency import Glibc
import Synchronization

/// Standard output or standard error of the process.
final class DescriptorOutput: TextOutput {
  let terminal: Terminal
  private let descriptor: Int32
  private let state = Mutex<(isClosed: Bool, failure: String?)>((false, nil))

  init(_ descriptor: Int32, environment: [String: String]) {
    self.descriptor = descriptor
    terminal = Terminal(descriptor: descriptor, environment: environment)
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  var failure: String? { state.withLock { $0.failure } }

  /// Writes under a lock, so that lines of two threads do not mix; a reader that has gone away is no error of ours.
  func write(_ text: String) {
    state.withLock { state in
      var bytes = Array(text.utf8)[...]
      while !state.isClosed, !bytes.isEmpty {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          bytes = bytes.dropFirst(count)
        } else if count < 0, errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          unsafe poll(&waiting, 1, -1)
        } else if count == 0 || errno != EINTR {
          if count < 0, errno != EPIPE { state.failure = unsafe String(cString: strerror(errno)) }
          state.isClosed = true
        }
      }
    }
  }
}
