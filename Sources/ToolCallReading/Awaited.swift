/// The end of a string that has not come yet.
///
/// Looking for it alone saves looking at the whole string again with every piece of an answer that arrives.
struct Awaited: Sendable {
  let terminator: [UInt8]
  /// From where on it is to be looked for.
  var position: Int
  /// Whether a backslash keeps the next byte from being looked at.
  let escapes: Bool

  /// Whether the text holds it by now; if not, what was looked at is not looked at again.
  mutating func isIn(_ bytes: [UInt8]) -> Bool {
    let span = bytes.span
    while position + terminator.count <= span.count {
      let byte = span[position]
      if escapes, byte == UInt8(ascii: "\\") {
        position += 2
      } else if byte == terminator[0],
        terminator.indices.allSatisfy({ bytes[position + $0] == terminator[$0] })
      {
        return true
      } else {
        position += 1
      }
    }
    return false
  }
}
