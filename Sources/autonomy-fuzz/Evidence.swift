/// A text and what it says without its escapes: where every value of a call has to come from.
struct Evidence {
  private let versions: [[UInt8]]
  private let letters: [UInt8]

  init(_ text: [UInt8]) {
    let once = Self.unescaped(text)
    versions = [text, once, Self.unescaped(once), text.filter { $0 != UInt8(ascii: "\\") }]
    letters = Self.letters(text)
  }

  /// Whether a value stands in the text, byte for byte.
  func holds(_ value: String) -> Bool {
    let value = Array(value.utf8)
    return versions.contains { Self.contains($0, value) }
  }

  /// Whether a name stands in the text in whatever spelling, or a number with its digits parted.
  func names(_ name: String) -> Bool { Self.contains(letters, Self.letters(Array(name.utf8))) }

  private static func letters(_ text: [UInt8]) -> [UInt8] {
    text.compactMap { byte in
      switch byte {
      case 0x41...0x5A: byte | 0x20
      case 0x30...0x39, 0x61...0x7A, 0x80...: byte
      default: nil
      }
    }
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { start in
      text[start] == first && text[start..<(start + part.count)].elementsEqual(part)
    }
  }

  /// The text with every escape of JSON and Python taken as the character that it stands for.
  private static func unescaped(_ text: [UInt8]) -> [UInt8] {
    let single: [UInt8: UInt8] = [
      0x22: 0x22, 0x27: 0x27, 0x5C: 0x5C, 0x2F: 0x2F, 0x6E: 0x0A, 0x74: 0x09, 0x72: 0x0D,
      0x62: 0x08, 0x66: 0x0C,
    ]
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
        result.append(text[index])
        index += 1
        continue
      }
      let byte = text[index + 1]
      if let plain = single[byte] {
        result.append(plain)
        index += 2
      } else if byte == 0x0A {
        index += 2
      } else if let (scalar, length) = codePoint(text[(index + 1)...]) {
        result += Array(Character(scalar).utf8)
        index += length + 1
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// The character of `u0041` and its like, and how many bytes that took.
  private static func codePoint(_ text: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    let lengths: [UInt8: Int] = [UInt8(ascii: "u"): 4, UInt8(ascii: "x"): 2, UInt8(ascii: "U"): 8]
    guard let kind = text.first, let length = lengths[kind],
      let value = number(text.dropFirst().prefix(length), length)
    else { return nil }
    if let scalar = Unicode.Scalar(value) { return (scalar, length + 1) }
    let rest = text.dropFirst(length + 1)
    guard rest.starts(with: "\\u".utf8), let low = number(rest.dropFirst(2).prefix(4), 4),
      let scalar = Unicode.Scalar(0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF))
    else { return nil }
    return (scalar, length + 7)
  }

  private static func number(_ digits: ArraySlice<UInt8>, _ length: Int) -> UInt32? {
    guard digits.count == length else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
