/// What a process wrote to one stream: its head, its tail, and how many bytes it was in all.
package struct CapturedOutput: Hashable, Sendable {
  package let head: [UInt8]
  package let tail: [UInt8]

  /// How many bytes were written, kept or not.
  package let byteCount: Int

  package init(head: [UInt8] = [], tail: [UInt8] = [], byteCount: Int? = nil) {
    self.head = head
    self.tail = tail
    self.byteCount = byteCount ?? head.count + tail.count
  }

  /// The bytes left out between head and tail.
  package var omittedCount: Int { byteCount - head.count - tail.count }

  /// Whether anything was left out.
  package var isTruncated: Bool { omittedCount > 0 }

  /// The bytes kept, without a sign of what was left out.
  package var bytes: [UInt8] { head + tail }

  /// The text as a reader should see it, with one line that says how many bytes are missing, if any are.
  package var text: String {
    guard isTruncated else { return String(decoding: bytes, as: UTF8.self) }
    let end = Self.endOfWholeCharacters(in: head)
    let start = tail.prefix(3).firstIndex { $0 & 0xC0 != 0x80 } ?? 0
    let missing = omittedCount + (head.count - end) + start
    return String(decoding: head[..<end], as: UTF8.self)
      + "\n… \(missing) bytes left out …\n"
      + String(decoding: tail[start...], as: UTF8.self)
  }

  /// Leaves off a last character whose bytes are not all there.
  private static func endOfWholeCharacters(in bytes: [UInt8]) -> Int {
    guard let lead = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return bytes.count }
    let length =
      switch bytes[lead] {
      case ..<0x80: 1
      case ..<0xE0: 2
      case ..<0xF0: 3
      default: 4
      }
    return lead + length > bytes.count ? lead : bytes.count
  }
}

/// A stream being read: memory is bounded by twice the limit, however much goes through it.
struct OutputCapture {
  private let headLimit: Int
  private let tailLimit: Int
  private var head: [UInt8] = []
  /// Allowed to grow to twice its limit, so that its front is cut off in large pieces.
  private var tail: [UInt8] = []
  private var byteCount = 0

  init(limit: Int) {
    headLimit = limit - limit / 2
    tailLimit = limit / 2
  }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    byteCount += bytes.count
    let intoHead = min(headLimit - head.count, bytes.count)
    if intoHead > 0 { head.append(contentsOf: bytes.prefix(intoHead)) }
    tail.append(contentsOf: bytes.dropFirst(intoHead).suffix(tailLimit))
    if tail.count >= 2 * tailLimit { tail.removeFirst(tail.count - tailLimit) }
  }

  func finish() -> CapturedOutput {
    CapturedOutput(head: head, tail: Array(tail.suffix(tailLimit)), byteCount: byteCount)
  }
}
