/// Matching of the wildcards that ignore rules are written in, byte by byte as Git does it.
///
/// The time is bounded by pattern × text: after a mismatch only the last `*` and the last `**` are tried again.
struct Wildcard {
  let pattern: ArraySlice<UInt8>
  /// Whether `*`, `?` and brackets stop at slashes, so that only `**` crosses them.
  let stopsAtSlash: Bool

  func matches(_ text: ArraySlice<UInt8>) -> Bool {
    var p = pattern.startIndex
    var t = text.startIndex
    // Where the last `*` continues in the pattern, and how far in the text it reaches.
    var star: (pattern: Int, text: Int)?
    var doubleStar: (pattern: Int, text: Int)?
    while true {
      if p < pattern.endIndex, pattern[p] == asterisk {
        let end = pattern[p...].firstIndex { $0 != asterisk } ?? pattern.endIndex
        if crossesSlashes(p..<end) {
          if end == pattern.endIndex { return true }
          star = nil
          // `a/**/b` matches `a/b` too: the two stars and their slash may stand for nothing.
          let isNothing = stopsAtSlash && pattern[end] == slash
          doubleStar = (end, isNothing ? t : t + 1)
          p = isNothing ? end + 1 : end
        } else {
          if end == pattern.endIndex, !text[t...].contains(slash) { return true }
          star = (end, t)
          p = end
        }
        continue
      }
      if p == pattern.endIndex, t == text.endIndex { return true }
      if p < pattern.endIndex, t < text.endIndex, let next = step(at: p, over: text[t]) {
        p = next
        t += 1
      } else if let last = star, last.text < text.endIndex, !(stopsAtSlash && text[last.text] == slash) {
        star = (last.pattern, last.text + 1)
        (p, t) = (last.pattern, last.text + 1)
      } else if let last = doubleStar, last.text < text.endIndex {
        doubleStar = (last.pattern, last.text + 1)
        star = nil
        (p, t) = (last.pattern, last.text)
      } else {
        return false
      }
    }
  }

  /// Tells whether the stars at `stars` are a component of their own, the only ones that cross slashes.
  private func crossesSlashes(_ stars: Range<Int>) -> Bool {
    guard stopsAtSlash else { return true }
    guard stars.count >= 2 else { return false }
    let beginsComponent = stars.lowerBound == pattern.startIndex || pattern[stars.lowerBound - 1] == slash
    let rest = pattern[stars.upperBound...]
    return beginsComponent && (rest.isEmpty || rest.first == slash || rest.starts(with: [backslash, slash]))
  }

  /// Matches one byte and returns where the pattern goes on, or nil if it does not match.
  private func step(at position: Int, over byte: UInt8) -> Int? {
    switch pattern[position] {
    case UInt8(ascii: "?"):
      return stopsAtSlash && byte == slash ? nil : position + 1
    case UInt8(ascii: "["):
      guard let set = BracketSet(pattern, at: position) else { return nil }
      return set.contains(byte) && !(stopsAtSlash && byte == slash) ? set.endIndex : nil
    case backslash:
      let escaped = position + 1
      return escaped < pattern.endIndex && pattern[escaped] == byte ? escaped + 1 : nil
    case let literal:
      return literal == byte ? position + 1 : nil
    }
  }
}

private let asterisk = UInt8(ascii: "*")
private let backslash = UInt8(ascii: "\\")
