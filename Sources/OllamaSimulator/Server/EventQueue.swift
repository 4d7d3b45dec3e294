import CSystem
@unsafe @preconcurrency import Glibc

/// Descriptors that a thread waits for (epoll).
struct EventQueue: Sendable {
  private let descriptor = epoll_create1(system_epoll_cloexec)

  /// What is waited for.
  enum Interest {
    case readable
    /// That the other side closes the connection.
    case departure

    fileprivate var flags: UInt32 {
      switch self {
      case .readable: system_epollin
      case .departure: system_epollrdhup
      }
    }
  }

  func check() throws(HTTPServerError) {
    guard descriptor >= 0 else {
      throw HTTPServerError("Cannot wait for events of the simulated server: \(systemMessage(errno)).")
    }
  }

  func add(_ watched: Int32, _ interest: Interest) {
    var event = unsafe epoll_event(events: interest.flags, data: epoll_data_t(fd: watched))
    unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event)
  }

  func remove(_ watched: Int32) {
    epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
  }

  /// Waits for at most `timeout` milliseconds, or for ever if that is below 0, and answers the descriptors that are ready.
  func wait(timeout: Int32) -> [Int32] {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
    let count = unsafe epoll_wait(descriptor, &events, Int32(events.count), timeout)
    return unsafe events.prefix(max(0, Int(count))).map { unsafe $0.data.fd }
  }

  func close() {
    Glibc.close(descriptor)
  }
}
