/// What can be seen of a line without knowing its language.
struct LineShape {
  private(set) var first: UInt8
  private(set) var second: UInt8 = 0
  /// The last byte before a comment at the end of the line.
  private(set) var last: UInt8
  private(set) var wordCount = 0
  private(set) var wordLength = 0
  /// Words of letters alone, as those of a sentence are.
  private(set) var plainCount = 0
  /// How often a colon stands between two digits and two, as in the times of logs.
  private var colons = 0
  /// Whether something is set without spaces before anything else.
  private var assigns = false
  /// The first word, as far as it has at most eight bytes.
  private(set) var firstWord: UInt64 = 0
  /// Calls, assignments, comparisons, arrows and the like.
  private(set) var operators = 0
  /// The sign of which three stand in a row.
  private(set) var quotes: UInt8?
  private(set) var opensQuotes = false
  private(set) var opensComment = false
  private(set) var closesComment = false
  private var length: Int
  private var foreign = 0
  private var numberLength = 0
  private var behindNumber: UInt8 = 0
  private var wordEnd: UInt8 = 0

  /// Reads a line that begins and ends with something else than white space.
  init(_ range: Range<Int>, in span: Span<UInt8>) {
    first = span[range.lowerBound]
    last = first
    length = range.count
    if range.count > 1 { second = span[range.lowerBound + 1] }
    var previous: UInt8 = 0x20
    var isQuoted = false
    var inFirstWord = true
    var isPlain = true
    var inNumber = true
    var index = range.lowerBound
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "(") { index += 1 }
    let start = index
    while index < range.upperBound {
      let byte = span[index]
      let next = index + 1 < range.upperBound ? span[index + 1] : 0
      if byte == 0x20 || byte == 0x09 {
        inFirstWord = false
      } else {
        if previous == 0x20 || previous == 0x09 {
          if Self.isComment(byte, next), index > start {
            if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
              opensComment = !Self.closesComment(after: index, until: range.upperBound, in: span)
            }
            break
          }
          wordCount += 1
          isPlain = true
        }
        last = byte
        if isPlain {
          isPlain = Self.isPlain(byte, previous, next)
          if isPlain, next == 0x20 || next == 0x09 || next == 0 { plainCount += 1 }
        }
        if inFirstWord {
          wordLength += 1
          if wordLength <= 8 { firstWord = firstWord << 8 | UInt64(byte) }
          wordEnd = byte
          if byte == UInt8(ascii: "="), wordLength > 1, Self.isName(previous) { assigns = true }
        }
        if byte == UInt8(ascii: ":"), Self.standsInTime(index, within: range, in: span) { colons += 1 }
        if byte >= 0x80 {
          foreign += 1
        } else if byte == UInt8(ascii: "`") {
          isQuoted.toggle()
        } else if !isQuoted, Self.isOperator(previous, byte, next) {
          operators += 1
        }
      }
      if inNumber, byte >= 0x30, byte <= 0x39 {
        numberLength += 1
      } else if inNumber {
        inNumber = false
        behindNumber = byte
        if !(next >= 0x30 && next <= 0x39), byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-") { behindNumber = 0 }
      }
      if byte == next, index + 2 < range.upperBound, span[index + 2] == byte,
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
      {
        quotes = byte
        opensQuotes.toggle()
        index += 2
      }
      previous = byte
      index += 1
    }
    closesComment = Self.closesComment(after: range.lowerBound, until: range.upperBound, in: span)
    if first == UInt8(ascii: "/"), second == UInt8(ascii: "*") { opensComment = !closesComment }
  }

  /// Whether two digits stand before a colon and two behind it.
  private static func standsInTime(_ index: Int, within range: Range<Int>, in span: Span<UInt8>) -> Bool {
    index >= range.lowerBound + 2 && index + 2 < range.upperBound && isDigit(span[index - 2])
      && isDigit(span[index - 1]) && isDigit(span[index + 1]) && isDigit(span[index + 2])
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Whether a byte of a word could be one of a sentence's: a letter, or the signs around and between words.
  private static func isPlain(_ byte: UInt8, _ previous: UInt8, _ next: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x80...: true
    case UInt8(ascii: "'"), UInt8(ascii: "-"), UInt8(ascii: "\""), UInt8(ascii: "*"): true
    case UInt8(ascii: "("): previous == 0x20
    case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
      UInt8(ascii: "?"), UInt8(ascii: ")"):
      next == 0x20 || next == 0 || !isName(next)
    default: false
    }
  }

  static func word(_ text: String) -> UInt64 { text.utf8.reduce(0) { $0 << 8 | UInt64($1) } }

  private static func isComment(_ byte: UInt8, _ next: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "#"): next == 0x20 || next == 0
    case UInt8(ascii: "/"): next == UInt8(ascii: "/") || next == UInt8(ascii: "*")
    default: false
    }
  }

  private static func closesComment(after start: Int, until end: Int, in span: Span<UInt8>) -> Bool {
    // A comment that is closed in its line is closed at the line's end, but for rare ones.
    end - start >= 3 && span[end - 1] == UInt8(ascii: "/") && span[end - 2] == UInt8(ascii: "*")
  }

  private static func isOperator(_ previous: UInt8, _ byte: UInt8, _ next: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("): isName(previous) || previous == UInt8(ascii: ")")
    case UInt8(ascii: "["): isName(previous)
    case UInt8(ascii: "="):
      switch previous {
      case 0x20: next == 0x20 || next == UInt8(ascii: "=") || next == UInt8(ascii: ">")
      case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"): true
      case UInt8(ascii: "|"), UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: ":"), UInt8(ascii: "?"): true
      default: false
      }
    case UInt8(ascii: ">"): previous == UInt8(ascii: "-") || previous == UInt8(ascii: "=")
    case UInt8(ascii: "$"):
      next == UInt8(ascii: "(") || next == UInt8(ascii: "{") || next == UInt8(ascii: "_")
        || next >= 0x41 && isName(next)
    case UInt8(ascii: ":"): previous == UInt8(ascii: ":")
    default: false
    }
  }

  static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
    default: false
    }
  }
}

extension LineShape {
  var isComment: Bool {
    switch first {
    case UInt8(ascii: "#"), UInt8(ascii: ";"), UInt8(ascii: "%"): true
    case UInt8(ascii: "/"): second == first || second == UInt8(ascii: "*")
    case UInt8(ascii: "-"): second == first && wordLength == 2 && wordCount > 1
    default: false
    }
  }

  /// Whether a first line names an interpreter or a kind of document that programs read.
  var announcesCode: Bool {
    switch first {
    case UInt8(ascii: "#"): second == UInt8(ascii: "!")
    case UInt8(ascii: "<"): second == UInt8(ascii: "?") || second == UInt8(ascii: "!")
    default: false
    }
  }

  /// Whether a line that begins with a hash is one of a preprocessor.
  var isDirective: Bool {
    first == UInt8(ascii: "#") && Self.directives.contains(firstWord)
  }

  /// Whether the line has a number or a time before it, as listings and logs do.
  var isListing: Bool {
    switch behindNumber {
    case UInt8(ascii: ":"), UInt8(ascii: "|"): numberLength > 0
    case UInt8(ascii: "-"), UInt8(ascii: "/"): numberLength >= 2
    default: false
    }
  }

  /// Whether the line tells a time, as those of logs do.
  var isLogged: Bool { colons >= 2 && wordCount >= 4 }

  /// Whether most words of the line are ones that a sentence could have.
  var isSentence: Bool { wordCount >= 4 && plainCount * 3 >= wordCount * 2 }

  /// Whether the line is longer than a sentence between lines of source is.
  var isParagraph: Bool { plainCount >= 16 }

  /// Whether the line has nothing but a few plain words.
  var isPhrase: Bool { wordCount >= 2 && plainCount == wordCount }

  /// Whether the line names something and gives it a value, or begins what belongs to it, as settings do.
  var isSetting: Bool {
    wordEnd == UInt8(ascii: ":") && wordLength > 1 && wordCount <= 3 && Self.isName(first)
  }

  /// Whether the first word is a name with a colon behind it, as those are that a Makefile makes.
  var namesTarget: Bool { wordEnd == UInt8(ascii: ":") && wordLength > 1 }

  var isListItem: Bool {
    (first == UInt8(ascii: "-") || first == UInt8(ascii: "*")) && second == 0x20 && wordCount >= 3
      && last != UInt8(ascii: "{") && last != UInt8(ascii: ";")
  }

  var isTableRow: Bool { first == UInt8(ascii: "|") && last == first && wordCount >= 2 }

  /// Whether most of the line is in letters beyond ASCII.
  var isForeign: Bool { foreign * 2 > length }

  func looksLikeCode(isIndented: Bool) -> Bool {
    switch last {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: "["),
      UInt8(ascii: "\\"), UInt8(ascii: "="), UInt8(ascii: "|"), UInt8(ascii: "&"):
      return true
    default: break
    }
    if operators > 0 || assigns { return true }
    if first == UInt8(ascii: "["), last == UInt8(ascii: "]"), wordCount <= 3 { return true }
    if first == UInt8(ascii: "("), last == UInt8(ascii: ")"), Self.isName(second) { return true }
    let isClosing = first == UInt8(ascii: "]") || first == UInt8(ascii: ")") || first == UInt8(ascii: "}")
    if isClosing { return last == UInt8(ascii: ",") || last == UInt8(ascii: ")") || last == UInt8(ascii: "]") }
    let isQuote = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || first == UInt8(ascii: "<")
    if last == UInt8(ascii: ",") {
      let isLabelled = wordEnd == UInt8(ascii: ":") || wordEnd == UInt8(ascii: "=") || wordCount == 1
      let isValue = isQuote || (0x30...0x39).contains(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "(")
      return isLabelled || isValue || plainCount == 0
    }
    if first == UInt8(ascii: "@") { return true }
    if isQuote {
      switch last {
      case UInt8(ascii: ")"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "]"), UInt8(ascii: ">"): return true
      default: break
      }
    }
    if Self.beginnings.contains(firstWord) { return true }
    guard wordLength <= 8 else { return false }
    // Some languages shout.
    let isShouted = (0x41...0x5A).contains(first) && (0x41...0x5A).contains(second)
    let word = isShouted ? firstWord | 0x2020_2020_2020_2020 & Self.bytes[wordLength] : firstWord
    if Self.commands.contains(word) { return true }
    guard Self.keywords.contains(word) else { return false }
    return last == UInt8(ascii: ":") || wordCount <= 4 && (!isIndented || wordCount <= 3)
  }

  /// All bits of as many bytes, by their number.
  private static let bytes: [UInt64] = (0...8).map { $0 == 8 ? .max : (1 << ($0 * 8)) - 1 }

  private static let directives = Set(
    ["#include", "#define", "#ifdef", "#ifndef", "#endif", "#if", "#elif", "#else", "#undef", "#pragma"].map {
      word($0)
    }
  )

  /// First words of lines of any length that are no words of a sentence.
  private static let commands = Set(
    """
    elseif endif endfor endwhile endtry endef endfunc ifeq ifneq ifdef ifndef elif elsif fi esac syn hi au autocmd \
    augroup setlocal unlet nnoremap inoremap vnoremap noremap nmap imap vmap cmap exe proc upvar foreach rem dnl
    """.split(separator: " ").map { word(String($0)) }
  )

  /// The same of longer words, by their first eight bytes.
  private static let beginnings = Set(
    "endfunct highligh menutran namespac subrouti implicit".split(separator: " ").map { word(String($0)) }
  )

  private static let keywords = Set(
    """
    from import def class func var let return if for while else elif try except public private package struct enum \
    const static use fn impl mod pub protocol init guard case switch break continue pass raise with async await do end \
    fi done then esac local my sub function export require include using template typedef void int char unsigned long \
    double float bool extern new delete throw catch finally global lambda yield assert del print echo set type default \
    where select create insert update alter drop begin final abstract override mutating internal break; else: try: \
    syntax command execute call include define variable program integer real run copy env map
    """.split(separator: " ").map { word(String($0)) }
  )
}
