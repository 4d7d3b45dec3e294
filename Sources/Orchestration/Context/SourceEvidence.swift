/// What speaks for a text being source, in whatever language, and what for its being something else.
///
/// A wrong yes costs some bytes, a wrong no damages somebody's code: where a third of what can be told looks like
/// code, all of it counts as code.
struct SourceEvidence {
  /// What the line before left open.
  private enum Open {
    case nothing
    case quotes(UInt8)
    case comment
    case manual
  }

  /// What a text is shows in so many lines.
  private static let enough = 4000

  /// The lines taken so far.
  private var count = 0
  /// In half lines.
  private var code = 0
  private var prose = 0
  private var comments = 0
  /// Lines that could be either.
  private var unclear = 0
  private var open = Open.nothing
  private var firstByte: UInt8?
  private var lastByte: UInt8 = 0
  private var isScript = false
  /// Whether the first line is all in brackets, as the titles of settings are.
  private var beginsWithTitle = false
  /// Whether what a line indented by a tab belongs to was named by a line before.
  private var isRecipe = false

  var isSource: Bool {
    if isScript { return true }
    if isData { return false }
    return code == 0 && prose == 0 ? comments + unclear > 0 : code * 2 + unclear / 2 >= prose
  }

  /// Whether the text is a JSON value, or looks like one.
  private var isData: Bool {
    switch firstByte {
    case UInt8(ascii: "{"): lastByte == UInt8(ascii: "}")
    case UInt8(ascii: "["): lastByte == UInt8(ascii: "]") && !(beginsWithTitle && count > 1)
    default: false
    }
  }

  /// Takes a line that is not blank, without its indentation.
  mutating func take(_ range: Range<Int>, isIndented: Bool, in span: Span<UInt8>) {
    var end = range.upperBound
    while span[end - 1].isBlank { end -= 1 }
    lastByte = span[end - 1]
    count += 1
    guard count <= Self.enough else { return }
    let line = LineShape(range.lowerBound..<end, in: span)
    if firstByte == nil {
      firstByte = line.first
      isScript = line.announcesCode
      beginsWithTitle = line.first == UInt8(ascii: "[") && line.last == UInt8(ascii: "]")
    }
    switch open {
    case .quotes(let sign):
      if line.quotes == sign { open = .nothing }
    case .comment:
      if line.closesComment { open = .nothing }
    case .manual:
      if line.first == UInt8(ascii: "="), line.firstWord == LineShape.word("=cut") { open = .nothing }
    case .nothing:
      let hasTab = isIndented && span[range.lowerBound - 1] == 0x09
      if isRecipe, hasTab {
        code += 2
      } else {
        weigh(line, isIndented: isIndented)
        isRecipe = !isIndented && line.namesTarget
      }
    }
  }

  private mutating func weigh(_ line: LineShape, isIndented: Bool) {
    if line.opensComment { open = .comment }
    if let sign = line.quotes, line.opensQuotes {
      open = .quotes(sign)
      code += 2
      return
    }
    if line.isComment {
      comments += 1
      if line.isDirective { code += 2 } else if line.first == UInt8(ascii: "/") { code += 1 }
    } else if !isIndented, line.first == UInt8(ascii: "="), line.wordLength > 2, line.wordCount <= 3,
      line.operators == 0
    {
      open = .manual
    } else if line.isListing && !isIndented || line.isListItem && line.isSentence || line.isTableRow
      || line.isLogged
    {
      prose += 2
    } else if line.looksLikeCode(isIndented: isIndented) {
      code += 2
    } else if line.isForeign || line.isSentence || line.isListItem && line.wordCount >= 5 {
      prose += line.isParagraph ? 4 : 2
    } else if line.isSetting {
      code += 1
    } else if line.isPhrase {
      prose += 1
    } else {
      unclear += 1
    }
  }
}
