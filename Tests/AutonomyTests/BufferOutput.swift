import Synchronization

@testable import autonomy

/// Output that a test can look at.
final class BufferOutput: TextOutput {
  let terminal: Terminal
  private let buffer = Mutex("")

  init(_ terminal: Terminal = .plain) {
    self.terminal = terminal
  }

  var isClosed: Bool { false }
  var failure: String? { nil }

  var text: String { buffer.withLock { $0 } }

  func write(_ text: String) {
    buffer.withLock { $0 += text }
  }
}
