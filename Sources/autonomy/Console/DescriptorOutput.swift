@unsafe @preconcurrency import Glibc
import Synchronization

/// Standard output or standard error of the process.
final class DescriptorOutput: TextOutput {
  let terminal: Terminal
  private let descriptor: Int32
  private let closed = Mutex(false)
  private let failed = Mutex<String?>(nil)

  init(_ descriptor: Int32, environment: [String: String]) {
    self.descriptor = descriptor
    terminal = Terminal(descriptor: descriptor, environment: environment)
  }

  var isClosed: Bool { closed.withLock { $0 } }

  var failure: String? { failed.withLock { $0 } }

  /// Writes under a lock, so that lines of two threads do not mix; a reader that has gone away is no error of ours.
  func write(_ text: String) {
    closed.withLock { isClosed in
      var bytes = Array(text.utf8)[...]
      while !isClosed, !bytes.isEmpty {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          bytes = bytes.dropFirst(count)
        } else if count < 0, errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          unsafe poll(&waiting, 1, -1)
        } else if count == 0 || errno != EINTR {
          if count < 0, errno != EPIPE {
            let reason = unsafe String(cString: strerror(errno))
            failed.withLock { $0 = reason }
          }
          isClosed = true
        }
      }
    }
  }
}
