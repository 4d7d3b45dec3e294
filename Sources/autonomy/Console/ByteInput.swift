@unsafe @preconcurrency import Glibc
import Pipeline

/// Where a command reads what it works on: standard input, or bytes that a test gives.
enum ByteInput: Sendable {
  case descriptor(Int32)
  case bytes([UInt8])

  /// Reads to the end.
  func all() async throws -> [UInt8] {
    try await DedicatedThread.run {
      var bytes: [UInt8] = []
      for piece in pieces() { bytes += piece }
      return bytes
    }
  }

  /// Hands on every line that is not empty with its number, from 1, as soon as it is there.
  func forEachLine(_ body: @Sendable @escaping (Int, [UInt8]) throws -> Void) async throws {
    try await DedicatedThread.run {
      var number = 1
      var rest: [UInt8] = []
      for piece in pieces() {
        var start = 0
        while let end = piece[start...].firstIndex(of: 0x0A) {
          rest += piece[start..<end]
          if !rest.isEmpty { try body(number, rest) }
          rest.removeAll(keepingCapacity: true)
          number += 1
          start = end + 1
        }
        rest += piece[start...]
      }
      if !rest.isEmpty { try body(number, rest) }
    }
  }

  /// What there is to read, piece by piece; waits for each.
  private func pieces() -> AnyIterator<[UInt8]> {
    switch self {
    case .bytes(let bytes): AnyIterator(CollectionOfOne(bytes).makeIterator())
    case .descriptor(let descriptor): AnyIterator { Self.piece(descriptor) }
    }
  }

  /// The next bytes; nil at the end of input.
  private static func piece(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(buffer[..<count]) : nil
    }
  }
}
