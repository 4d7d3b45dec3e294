import JSON

/// An offered tool's name, and where it stands.
struct NamedPlace {
  let tool: ToolSchema
  let mends: Mends
  let start: Int
}

/// What stands around a candidate: a call stands by itself, a mention stands in a sentence.
extension CallScanner {
  private static let farthest = 96

  /// Whether nothing but marks stands between `start` and the beginning of its line, or an earlier call.
  func standsFree(_ start: Int) -> Bool {
    var index = start - 1
    var onlyDigits = false
    var isBehindClosing = false
    while index >= 0, start - index < Self.farthest {
      if index < lastEnd { return true }
      let byte = bytes[index]
      switch byte {
      case 0x0A, 0x0D: return !isBehindClosing || start - lastEnd < Self.farthest
      case 0x20, 0x09, UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "\""), UInt8(ascii: "'"),
        UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "*"), UInt8(ascii: "-"):
        if onlyDigits { return false }
      case UInt8(ascii: ":"), UInt8(ascii: ">"): return !isBehindClosing
      case UInt8(ascii: "]") where index > 0 && (0x41...0x5A).contains(bytes[index - 1]):
        // A mark in brackets, such as [TOOL_CALLS].
        return true
      case UInt8(ascii: "."), UInt8(ascii: ")"):
        if index > 0, Bytes.isDigit(bytes[index - 1]), !isBehindClosing {
          onlyDigits = true
        } else {
          guard byte == UInt8(ascii: ")"), lastEnd > 0, start - lastEnd < Self.farthest else { return false }
          isBehindClosing = true
        }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        // The end of the list that an earlier call stands in.
        guard lastEnd > 0, start - lastEnd < Self.farthest else { return false }
        isBehindClosing = true
      case 0x30...0x39:
        guard onlyDigits else { return false }
      default:
        if word("functools", before: index + 1) != nil { return true }
        guard fence != nil, byte == UInt8(ascii: "t"), let print = word("print", before: index + 1) else {
          return false
        }
        index = print
      }
      index -= 1
    }
    return index < 0
  }

  /// Whether a call's name stands first in a list or in the text, as a call to something not offered would.
  func opensList(_ start: Int) -> Bool {
    var index = start - 1
    while index >= 0, start - index < Self.farthest {
      switch bytes[index] {
      case UInt8(ascii: "["): return true
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "'"): index -= 1
      default: return false
      }
    }
    return index < 0
  }

  /// Where the name stands that ends at a place.
  func nameRange(endingAt end: Int) -> Range<Int>? {
    var start = end
    while start > lastEnd, end - start < Self.farthest,
      Bytes.isToolName(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "\\")
    {
      start -= 1
    }
    return start < end ? start..<end : nil
  }

  /// The offered tool of a name, or of what is behind a colon in it, and where that begins.
  func tool(at range: Range<Int>) -> NamedPlace? {
    if let (tool, mends) = index.tool(bytes[range]) {
      return NamedPlace(tool: tool, mends: mends, start: range.lowerBound)
    }
    guard let colon = bytes[range].lastIndex(of: UInt8(ascii: ":")), colon + 1 < range.upperBound,
      let (tool, mends) = index.tool(bytes[(colon + 1)..<range.upperBound])
    else { return nil }
    return NamedPlace(tool: tool, mends: mends, start: colon + 1)
  }

  /// The offered tool whose name stands before an object, with nothing but marks between.
  func nameBefore(_ brace: Int) -> NamedPlace? {
    var end = brace
    func skipSpace() {
      while end > lastEnd, brace - end < Self.farthest, Bytes.isSpace(bytes[end - 1]) { end -= 1 }
    }
    skipSpace()
    for _ in 0..<4 where end > lastEnd {
      guard let before = beforeMark(end) else { break }
      end = before
      skipSpace()
    }
    guard end > lastEnd else { return nil }
    if bytes[end - 1] == UInt8(ascii: ",") { return place == .code ? nil : pairBefore(end) }
    guard let range = nameRange(endingAt: end), standsFree(range.lowerBound), let named = tool(at: range) else {
      return nil
    }
    // In an object a name before a brace is the name of a member.
    if named.start > 0, "\"'".utf8.contains(bytes[named.start - 1]) { return nil }
    return NamedPlace(tool: named.tool, mends: named.mends, start: word("call:", before: named.start) ?? named.start)
  }

  /// Where a mark begins that ends at a place and may stand between a name and its arguments.
  private func beforeMark(_ end: Int) -> Int? {
    switch bytes[end - 1] {
    case UInt8(ascii: ">"): opening("<", before: end)
    case UInt8(ascii: "]"): word("[ARGS]", before: end)
    case UInt8(ascii: "n"): word("```json", before: end)
    case UInt8(ascii: ":"): label(before: end) ?? end - 1
    case UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "\""), UInt8(ascii: "'"): end - 1
    default: nil
    }
  }

  /// The offered tool in `("name", {`, or in a list of such pairs; a list of only two things is no pair.
  private func pairBefore(_ end: Int) -> NamedPlace? {
    guard end > 2, bytes[end - 1] == UInt8(ascii: ","), case let quote = bytes[end - 2],
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let range = nameRange(endingAt: end - 2), let named = tool(at: range),
      case let start = named.start, start > 1, bytes[start - 1] == quote
    else { return nil }
    switch bytes[start - 2] {
    case UInt8(ascii: "("): break
    case UInt8(ascii: "["):
      guard let before = bytes[max(0, start - 16)..<(start - 2)].last(where: { !Bytes.isSpace($0) }),
        before == UInt8(ascii: "[") || before == UInt8(ascii: ",")
      else { return nil }
    default: return nil
    }
    return standsFree(start - 1) ? NamedPlace(tool: named.tool, mends: named.mends, start: start - 1) : nil
  }

  private func opening(_ bracket: Unicode.Scalar, before end: Int) -> Int? {
    bytes[max(lastEnd, end - 48, 0)..<end].lastIndex(of: UInt8(ascii: bracket))
  }

  private func word(_ word: String, before end: Int) -> Int? {
    let start = end - word.utf8.count
    guard start >= lastEnd, bytes[start..<end].elementsEqual(word.utf8) else { return nil }
    return start
  }

  /// Words that introduce arguments on a line of their own.
  private func label(before end: Int) -> Int? {
    for label in ["Action Input:", "Arguments:", "arguments:", "Parameters:", "parameters:", "Input:", "Args:"] {
      if let start = word(label, before: end) { return start }
    }
    return nil
  }

  /// Whether a call in parentheses ends here, and is no part of a sentence or of an expression.
  func endsStatement(_ end: Int) throws(ReadFailure) -> Bool {
    var next = end
    var isListed = false
    while next < bytes.count {
      switch bytes[next] {
      case 0x0A, 0x0D, UInt8(ascii: "<"), UInt8(ascii: "#"): return true
      case UInt8(ascii: "]"): isListed = true
      case 0x20, 0x09, UInt8(ascii: ")"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "}"):
        break
      case UInt8(ascii: ","), UInt8(ascii: ";"): return true
      default: return isListed && Bytes.isName(bytes[next])
      }
      next += 1
    }
    guard isFinal else { throw .incomplete }
    return true
  }
}
