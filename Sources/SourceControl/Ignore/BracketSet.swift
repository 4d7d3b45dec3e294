/// A set of bytes such as `[a-z]` or `[!_[:digit:]]` in a pattern.
struct BracketSet {
  /// The position behind the closing bracket.
  private(set) var endIndex: Int
  private let pattern: ArraySlice<UInt8>
  private var isNegated = false
  private var ranges: [ClosedRange<UInt8>] = []
  private var classes: [@Sendable (UInt8) -> Bool] = []

  /// Reads the set that begins at `start`, or nothing if it is not closed or names an unknown class.
  init?(_ pattern: ArraySlice<UInt8>, at start: Int) {
    self.pattern = pattern
    endIndex = start + 1
    if let first = peek, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
      isNegated = true
      endIndex += 1
    }
    var previous: UInt8?
    var isFirst = true
    while let byte = peek {
      // A closing bracket that comes first is a member.
      if byte == UInt8(ascii: "]"), !isFirst {
        endIndex += 1
        return
      }
      isFirst = false
      if byte == UInt8(ascii: "-"), let low = previous, let next = peek(1), next != UInt8(ascii: "]") {
        endIndex += 1
        guard let high = readMember() else { return nil }
        if low <= high { ranges.append(low...high) }
        previous = nil
      } else if byte == UInt8(ascii: "["), peek(1) == UInt8(ascii: ":"), let name = readClassName() {
        guard let isMember = Self.membership(ofClass: name) else { return nil }
        classes.append(isMember)
        previous = nil
      } else {
        guard let member = readMember() else { return nil }
        ranges.append(member...member)
        previous = member
      }
    }
    return nil
  }

  func contains(_ byte: UInt8) -> Bool {
    (ranges.contains { $0.contains(byte) } || classes.contains { $0(byte) }) != isNegated
  }

  private var peek: UInt8? { peek(0) }

  private func peek(_ offset: Int) -> UInt8? {
    endIndex + offset < pattern.endIndex ? pattern[endIndex + offset] : nil
  }

  private mutating func readMember() -> UInt8? {
    if peek == UInt8(ascii: "\\") { endIndex += 1 }
    guard let byte = peek else { return nil }
    endIndex += 1
    return byte
  }

  /// Reads `[:name:]` to its end; without the closing colon the bracket is an ordinary member.
  private mutating func readClassName() -> String? {
    let start = endIndex + 2
    guard let close = pattern[start...].firstIndex(of: UInt8(ascii: "]")), close > start,
      pattern[close - 1] == UInt8(ascii: ":")
    else { return nil }
    endIndex = close + 1
    return String(decoding: pattern[start..<(close - 1)], as: UTF8.self)
  }

  private static func membership(ofClass name: String) -> (@Sendable (UInt8) -> Bool)? {
    switch name {
    case "alnum": { isLetter($0) || isDigit($0) }
    case "alpha": { isLetter($0) }
    case "blank": { $0 == 0x20 || $0 == 0x09 }
    case "cntrl": { $0 < 0x20 || $0 == 0x7F }
    case "digit": { isDigit($0) }
    case "graph": { 0x21...0x7E ~= $0 }
    case "lower": { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    case "print": { 0x20...0x7E ~= $0 }
    case "punct": { 0x21...0x7E ~= $0 && !isLetter($0) && !isDigit($0) }
    case "space": { $0 == 0x20 || 0x09...0x0D ~= $0 }
    case "upper": { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    case "xdigit": { isDigit($0) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20 }
    default: nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
