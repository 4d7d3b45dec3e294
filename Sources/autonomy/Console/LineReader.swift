@unsafe @preconcurrency import Glibc
import Pipeline

/// Reads what the user types, a line at a time.
struct LineReader: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Forgets what was typed before anything was asked.
  func discardTyped() {
    tcflush(descriptor, TCIFLUSH)
  }

  /// Waits for a line, without its line break; nil at the end of input.
  func line() async throws -> String? {
    let descriptor = descriptor
    return try await DedicatedThread.run {
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while true {
        let count = unsafe read(descriptor, &byte, 1)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
        if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(byte)
      }
    }
  }
}
