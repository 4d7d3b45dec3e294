import CLibGit2

/// The name that Git gives to a content.
package struct ObjectID: Hashable, Sendable {
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

  package var bytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64($0))) }
      + (0..<8).map { UInt8(truncatingIfNeeded: middle >> (56 - 8 * UInt64($0))) }
      + (0..<4).map { UInt8(truncatingIfNeeded: low >> (24 - 8 * UInt32($0))) }
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
