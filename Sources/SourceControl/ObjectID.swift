import CLibGit2

/// The name that Git gives to a content.
package struct ObjectID: Hashable, Sendable, BitwiseCopyable {
  // Words instead of bytes, most significant first, so that comparing and hashing are a few instructions.
  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  /// Reads an id of exactly 20 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
    for (index, byte) in bytes.enumerated() {
      switch index {
      case ..<8: words.0 = words.0 << 8 | UInt64(byte)
      case ..<16: words.1 = words.1 << 8 | UInt64(byte)
      default: words.2 = words.2 << 8 | UInt32(byte)
      }
    }
    (high, middle, low) = words
  }

  /// Names `content` as a file's.
  package init(blob content: [UInt8]) throws(LibGit2Error) {
    self = try LibGit2.loaded().id(of: content.span, as: libgit2_blob)
  }

  /// The id of a folder without files.
  package static let emptyTree = ObjectID(
    high: 0x4B82_5DC6_42CB_6EB9,
    middle: 0xA060_E54B_F8D6_9288,
    low: 0xFBEE_4904
  )

  static let byteCount = 20

  private init(high: UInt64, middle: UInt64, low: UInt32) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  /// Reads the twenty bytes that begin at `offset`.
  init(_ bytes: Span<UInt8>, at offset: Int) {
    self = unsafe bytes.withUnsafeBytes { bytes in
      unsafe ObjectID(
        high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
        middle: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)),
        low: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
      )
    }
  }

  /// Writes the twenty bytes behind those in `bytes`.
  func append(to bytes: inout [UInt8]) {
    unsafe withUnsafeBytes(of: high.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    unsafe withUnsafeBytes(of: middle.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    unsafe withUnsafeBytes(of: low.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  var firstByte: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }

  /// Lends the twenty bytes to a function of a library.
  func withPointer<Value>(_ body: (UnsafePointer<UInt8>) -> Value) -> Value {
    var words = (high.bigEndian, middle.bigEndian, low.bigEndian)
    return unsafe withUnsafeBytes(of: &words) { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("a value has an address") }
      return unsafe body(start.assumingMemoryBound(to: UInt8.self))
    }
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    append(to: &bytes)
    return bytes
  }
}

extension ObjectID: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}

extension ObjectID: LosslessStringConvertible {
  /// Reads forty hexadecimal digits, in either case.
  package init?(_ text: String) {
    var bytes: [UInt8] = []
    var pending: UInt8?
    for character in text.utf8 {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
      default: return nil
      }
      if let first = pending {
        bytes.append(first << 4 | digit)
        pending = nil
      } else {
        pending = digit
      }
    }
    guard pending == nil else { return nil }
    self.init(bytes: bytes)
  }

  package var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The first ten digits, for people.
  package var short: String { String(description.prefix(10)) }
}
