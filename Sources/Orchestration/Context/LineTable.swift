/// Where the lines of a draft are, and what may be done to each.
struct LineTable {
  struct Traits: OptionSet {
    let rawValue: UInt8
    /// Nothing but white space.
    static let blank = Traits(rawValue: 1)
    /// Not to be changed.
    static let code = Traits(rawValue: 2)
    static let fixed = Traits(rawValue: 4)
    /// Has a mark of something that was left out, by us or by somebody before.
    static let marked = Traits(rawValue: 8)
    /// The first line of a part.
    static let first = Traits(rawValue: 16)
    static let heading = Traits(rawValue: 32)
    /// Of a part that a tool printed.
    static let output = Traits(rawValue: 64)

    static let locked: Traits = [.code, .fixed, .marked]

    var isLocked: Bool { !isDisjoint(with: Self.locked) }
  }

  let bytes: [UInt8]
  /// Where each line begins, and behind them the end of all.
  private(set) var starts: [Int] = []
  private(set) var traits: [Traits] = []
  private(set) var styles: [PartStyle] = []

  var count: Int { traits.count }

  /// Takes the styles of the parts where they are known from an earlier look.
  init(_ draft: ContextDraft, parts: [ContextPart], styles known: [PartStyle]?) {
    bytes = draft.bytes
    starts.reserveCapacity(bytes.count / 24 + parts.count + 1)
    traits.reserveCapacity(bytes.count / 24 + parts.count)
    var start = 0
    for (number, end) in draft.ends.enumerated() {
      let kind = parts[number].kind
      styles.append(read(start..<end, kind, known?[number]))
      start = end
    }
    starts.append(bytes.count)
  }

  /// The bytes of lines, their ends included.
  func range(_ lines: Range<Int>) -> Range<Int> { starts[lines.lowerBound]..<starts[lines.upperBound] }

  func size(of line: Int) -> Int { starts[line + 1] - starts[line] }

  private mutating func read(_ range: Range<Int>, _ kind: ContextPart.Kind, _ known: PartStyle?) -> PartStyle {
    let firstLine = count
    let looksForCode = kind == .text
    var base: Traits = []
    if kind == .fixed { base = .fixed }
    if kind == .output { base = .output }
    var fence = CodeFence()
    var evidence = looksForCode && known == nil ? SourceEvidence() : nil
    /// Whether an indented line would be code: after a blank line, or in code already.
    var opensBlock = true
    let bytes = bytes
    let span = bytes.span
    var position = range.lowerBound
    while position < range.upperBound {
      var end = position
      var isMarked = false
      while end < range.upperBound, span[end] != 0x0A {
        if span[end] == 0xE2, Omission.begins(at: end, in: span) { isMarked = true }
        end += 1
      }
      var first = position
      while first < end, span[first].isBlank { first += 1 }
      var line = base
      if isMarked { line.insert(.marked) }
      if position == range.lowerBound { line.insert(.first) }
      if first == end {
        line.insert(.blank)
        if fence.isOpen { line.insert(.code) }
      } else if looksForCode {
        if fence.takes(first..<end, in: span) {
          line.insert(.code)
        } else {
          let isIndented = span[position] == 0x09 || first - position >= 4
          if isIndented, opensBlock { line.insert(.code) } else { opensBlock = isMarked }
          if span[first] == UInt8(ascii: "#") { line.insert(.heading) }
          evidence?.take(first..<end, isIndented: first > position, in: span)
        }
      }
      if line.contains(.blank) { opensBlock = true }
      starts.append(position)
      traits.append(line)
      position = min(end + 1, range.upperBound)
    }
    let style = known ?? (evidence?.isSource == true ? .source : .text)
    if style == .source {
      for index in firstLine..<count { traits[index].insert(.code) }
    }
    return style
  }
}

/// What a part of a draft is as a whole.
enum PartStyle: Hashable {
  case source
  case text
}

/// The fence of a code block, as Markdown has them.
private struct CodeFence {
  private var sign: UInt8 = 0
  private var length = 0

  var isOpen: Bool { length > 0 }

  /// Whether the line without its indentation belongs to a fenced block, its fences included.
  mutating func takes(_ line: Range<Int>, in span: Span<UInt8>) -> Bool {
    let first = span[line.lowerBound]
    guard isOpen || first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return false }
    var end = line.lowerBound
    while end < line.upperBound, span[end] == first { end += 1 }
    let count = end - line.lowerBound
    if isOpen {
      var rest = end
      while rest < line.upperBound, span[rest].isBlank { rest += 1 }
      if first == sign, count >= length, rest == line.upperBound { length = 0 }
      return true
    }
    guard count >= 3 else { return false }
    if first == UInt8(ascii: "`") {
      for index in end..<line.upperBound where span[index] == first { return false }
    }
    sign = first
    length = count
    return true
  }
}

extension UInt8 {
  /// Space, tab, line feed, vertical tab, form feed, carriage return.
  var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
