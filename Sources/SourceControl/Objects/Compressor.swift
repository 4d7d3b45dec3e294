import CZlib

/// Makes contents smaller that are stored outside of packs, one after the other; for one thread at a time.
package final class Compressor {
  private let deflater: Deflater

  package init() throws {
    deflater = try Deflater()
  }

  /// The compressed content, with its size before it; a content that does not get smaller stays as it is.
  package func compress(_ content: [UInt8]) throws -> [UInt8] {
    let head = bigEndian(UInt32(clamping: content.count))
    guard content.count >= Self.leastWorth else { return head + content }
    var compressed = head
    try deflater.deflate(content.span, to: czlib_whole) { compressed += $0 }
    return compressed.count - head.count < content.count ? compressed : head + content
  }

  /// Shorter contents gain less than the time is worth.
  private static let leastWorth = 512
  /// A content that claims to be larger is damaged.
  private static let most = 1 << 30

  /// Reads what `compress` made; nil if it is damaged.
  package static func decompress(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 4, unsafe czlib_open() == nil else { return nil }
    let size = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard size <= most else { return nil }
    if bytes.count - 4 == size { return Array(bytes[4...]) }
    var isWhole = false
    let content = unsafe [UInt8](unsafeUninitializedCapacity: size) { output, count in
      let status = unsafe bytes.withUnsafeBytes { input in
        unsafe czlib_inflate(input.baseAddress.map { unsafe $0 + 4 }, input.count - 4, output.baseAddress, size)
      }
      isWhole = status == 0
      count = isWhole ? size : 0
    }
    return isWhole ? content : nil
  }
}
