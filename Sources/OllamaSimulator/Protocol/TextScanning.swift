extension Substring.UTF8View {
  /// The bytes before the first `mark` and those after it; nil after if there is no such mark.
  func divided(at mark: String) -> (before: Self, after: Self?) {
    let pattern = Array(mark.utf8)
    var start = startIndex
    while let found = self[start...].firstIndex(of: pattern[0]) {
      if self[found...].starts(with: pattern) {
        return (self[..<found], self[index(found, offsetBy: pattern.count)...])
      }
      start = index(after: found)
    }
    return (self, nil)
  }

  /// What follows `prefix`, white space before it aside; nil if there is no such prefix.
  func afterPrefix(_ prefix: String) -> Self? {
    let text = trimmed
    let pattern = Array(prefix.utf8)
    return text.starts(with: pattern) ? text.dropFirst(pattern.count) : nil
  }

  /// Without white space at either end.
  var trimmed: Self {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
      return self[endIndex...]
    }
    return self[first...last]
  }

  /// The first text between matching braces, strings with their escapes respected; nil if there is none.
  var firstObject: Self? {
    guard let start = firstIndex(of: UInt8(ascii: "{")) else { return nil }
    var depth = 0
    var isInString = false
    var isEscaped = false
    for position in self[start...].indices {
      let byte = self[position]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return self[start...position] }
      default: break
      }
    }
    return nil
  }
}
