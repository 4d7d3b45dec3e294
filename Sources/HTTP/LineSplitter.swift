@unsafe @preconcurrency import Glibc

/// An assembler of lines from pieces of bytes, whose boundaries mean nothing.
package struct LineSplitter: Sendable {
  /// A line that grew over the limit.
  package struct TooLong: Error, Hashable {
    package let limit: Int
  }

  private let limit: Int
  private var bytes: [UInt8] = []
  /// Where the next line begins.
  private var start = 0
  /// Up to where no line end was found.
  private var searched = 0

  /// Makes a splitter for lines of at most `limit` bytes.
  package init(limit: Int = 16_777_216) {
    self.limit = limit
  }

  /// Adds a piece.
  package mutating func append(_ piece: [UInt8]) {
    if start == bytes.count {
      bytes = piece
    } else {
      bytes.removeSubrange(..<start)
      bytes += piece
    }
    searched = max(0, searched - start)
    start = 0
  }

  /// Takes the next complete line, without its end, or returns nil if there is none yet.
  package mutating func next() throws(TooLong) -> [UInt8]? {
    guard let end = endOfLine() else {
      searched = bytes.count
      if bytes.count - start > limit { throw TooLong(limit: limit) }
      return nil
    }
    defer {
      start = end + 1
      searched = start
    }
    guard end - start <= limit else { throw TooLong(limit: limit) }
    return line(to: end)
  }

  /// Takes what follows the last line end, if anything does.
  package mutating func rest() -> [UInt8]? {
    guard start < bytes.count else { return nil }
    defer { start = bytes.count }
    return line(to: bytes.count)
  }

  private func line(to end: Int) -> [UInt8] {
    let hasReturn = end > start && bytes[end - 1] == 0x0D
    return Array(bytes[start..<(hasReturn ? end - 1 : end)])
  }

  private func endOfLine() -> Int? {
    let from = max(start, searched)
    guard from < bytes.count else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base + from, 0x0A, buffer.count - from)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}
