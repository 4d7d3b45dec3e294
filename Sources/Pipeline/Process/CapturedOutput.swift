/// What a process wrote to one stream: its head and its tail, and how much was left out between them.
package struct CapturedOutput: Hashable, Sendable {
  package private(set) var head: [UInt8] = []

  /// How many bytes were read in all.
  package private(set) var byteCount = 0

  private let headLimit: Int
  private let tailLimit: Int
  /// A ring once it is full: its oldest byte is then at `tailStart`.
  private var tail: [UInt8] = []
  private var tailStart = 0

  package init(limit: Int) {
    headLimit = limit - limit / 2
    tailLimit = limit / 2
  }

  /// The bytes left out between head and tail.
  package var omittedCount: Int { byteCount - head.count - tail.count }

  /// Whether anything was left out.
  package var isTruncated: Bool { omittedCount > 0 }

  /// The bytes kept, without a sign of what was left out.
  package var bytes: [UInt8] { head + tail[tailStart...] + tail[..<tailStart] }

  /// The text as a reader should see it, with one line that says how many bytes are missing, if any are.
  package var text: String {
    guard isTruncated else { return String(decoding: bytes, as: UTF8.self) }
    let end = Self.characterBoundary(atOrBefore: head.count, in: head)
    let ordered = Array(tail[tailStart...] + tail[..<tailStart])
    let start = ordered.prefix(3).firstIndex { $0 & 0xC0 != 0x80 } ?? 0
    let missing = omittedCount + (head.count - end) + start
    return String(decoding: head[..<end], as: UTF8.self)
      + "\n… \(missing) bytes left out …\n"
      + String(decoding: ordered[start...], as: UTF8.self)
  }

  /// Takes the next bytes of the stream; time and memory do not depend on how much came before.
  package mutating func append(_ bytes: some RandomAccessCollection<UInt8>) {
    byteCount += bytes.count
    let intoHead = Swift.min(headLimit - head.count, bytes.count)
    if intoHead > 0 { head.append(contentsOf: bytes.prefix(intoHead)) }
    let rest = bytes.dropFirst(Swift.max(intoHead, 0)).suffix(tailLimit)
    guard !rest.isEmpty else { return }
    let grown = Swift.min(tailLimit - tail.count, rest.count)
    tail.append(contentsOf: rest.prefix(grown))
    for byte in rest.dropFirst(grown) {
      tail[tailStart] = byte
      tailStart = tailStart + 1 == tailLimit ? 0 : tailStart + 1
    }
  }

  private static func characterBoundary(atOrBefore end: Int, in bytes: [UInt8]) -> Int {
    var start = end
    while start > 0, end - start < 4 {
      start -= 1
      let byte = bytes[start]
      guard byte & 0xC0 == 0x80 else {
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        return start + length > end ? start : end
      }
    }
    return end
  }
}
