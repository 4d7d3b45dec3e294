/// A file name pattern: `*` and `?` within a name, `**` across folders, `[a-z]`, and `\` before a plain character.
///
/// Takes time in proportion to pattern times text, whatever the pattern.
package struct GlobPattern: Sendable {
  private enum Element {
    case byte(UInt8)
    case any
    case run
    /// `**/`: nothing, or folders.
    case folders
    /// `**` at the end: everything below.
    case everything
    case oneOf([ClosedRange<UInt8>], isNegated: Bool)
  }

  private var elements: [Element] = []
  /// Whether it speaks of a path, not of a name.
  package let hasSlash: Bool

  package init(_ text: String) {
    self.init(Array(text.utf8))
  }

  init(_ text: [UInt8]) {
    hasSlash = text.contains(UInt8(ascii: "/"))
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "*"): index = addStars(text, at: index)
      case UInt8(ascii: "?"): elements.append(.any)
      case UInt8(ascii: "\\") where index + 1 < text.count:
        index += 1
        elements.append(.byte(text[index]))
      case UInt8(ascii: "["):
        if let end = addBracket(text, from: index) {
          index = end
        } else {
          elements.append(.byte(text[index]))
        }
      default: elements.append(.byte(text[index]))
      }
      index += 1
    }
  }

  /// Answers the index of the last byte taken.
  private mutating func addStars(_ text: [UInt8], at start: Int) -> Int {
    var end = start
    while end + 1 < text.count, text[end + 1] == UInt8(ascii: "*") { end += 1 }
    let beginsName = start == 0 || text[start - 1] == UInt8(ascii: "/")
    if end == start || !beginsName {
      elements.append(.run)
    } else if end + 1 == text.count {
      elements.append(.everything)
    } else if text[end + 1] == UInt8(ascii: "/") {
      elements.append(.folders)
      end += 1
    } else {
      elements.append(.run)
    }
    return end
  }

  private mutating func addBracket(_ text: [UInt8], from start: Int) -> Int? {
    var index = start + 1
    guard index < text.count else { return nil }
    let isNegated = text[index] == UInt8(ascii: "!") || text[index] == UInt8(ascii: "^")
    if isNegated { index += 1 }
    var ranges: [ClosedRange<UInt8>] = []
    while index < text.count {
      if text[index] == UInt8(ascii: "]"), !ranges.isEmpty {
        elements.append(.oneOf(ranges, isNegated: isNegated))
        return index
      }
      let low = text[index]
      if index + 2 < text.count, text[index + 1] == UInt8(ascii: "-"), text[index + 2] != UInt8(ascii: "]") {
        let high = text[index + 2]
        ranges.append(low <= high ? low...high : low...low)
        index += 3
      } else {
        ranges.append(low...low)
        index += 1
      }
    }
    return nil
  }

  package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

  /// Says whether the whole of `text` fits.
  func matches(_ text: [UInt8]) -> Bool {
    // fits[i]: whether text from i on fits the elements from the present one on, which is worked off backwards.
    var fits = [Bool](repeating: false, count: text.count + 1)
    fits[text.count] = true
    for element in elements.reversed() {
      fits = before(element, text, fits)
    }
    return fits[0]
  }

  private func before(_ element: Element, _ text: [UInt8], _ after: [Bool]) -> [Bool] {
    var fits = [Bool](repeating: false, count: after.count)
    let slash = UInt8(ascii: "/")
    if case .run = element { fits[text.count] = after[text.count] }
    if case .folders = element { fits[text.count] = after[text.count] }
    var belowFits = false
    for index in text.indices.reversed() {
      let byte = text[index]
      switch element {
      case .byte(let wanted): fits[index] = byte == wanted && after[index + 1]
      case .any: fits[index] = byte != slash && after[index + 1]
      case .oneOf(let ranges, let isNegated):
        let isIn = ranges.contains { $0.contains(byte) }
        fits[index] = byte != slash && isIn != isNegated && after[index + 1]
      case .run: fits[index] = after[index] || (byte != slash && fits[index + 1])
      case .everything: fits[index] = true
      case .folders:
        if byte == slash { belowFits = belowFits || after[index + 1] }
        fits[index] = after[index] || belowFits
      }
    }
    return fits
  }
}
