/// The words of a query, and which of them a text has.
struct QueryTerms {
  private(set) var count = 0
  private var numbers: HashedPlaces

  init(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    var terms: [UInt64] = []
    Self.forEachTerm(0..<bytes.count, in: bytes.span) { terms.append($0) }
    numbers = HashedPlaces(capacity: terms.count)
    for term in terms where numbers.first(of: term) == nil {
      numbers.add(term, at: count)
      count += 1
    }
  }

  /// The numbers of the terms in a text, each once, in ascending order.
  func found(_ range: Range<Int>, in span: Span<UInt8>) -> [Int] {
    var found: [Int] = []
    Self.forEachTerm(range, in: span) { term in
      if let number = numbers.first(of: term), !found.contains(number) { found.append(number) }
    }
    return found.sorted()
  }

  /// Hands on a hash of every word of two bytes or more, without regard to case in ASCII.
  ///
  /// Scripts that set no blanks between words have a term for each character.
  private static func forEachTerm(_ range: Range<Int>, in span: Span<UInt8>, _ body: (UInt64) -> Void) {
    var hash: UInt64 = 0
    var length = 0
    for index in range {
      let byte = span[index]
      // From U+3000 on: Chinese, Japanese, Korean, and what is rarer.
      if byte >= 0xE3 || length == 0 && byte < 0x30 || !isLetter(byte) {
        if length >= 2 { body(hash) }
        hash = byte >= 0xE3 ? UInt64(byte) : 0
        length = byte >= 0xE3 ? 1 : 0
        guard byte >= 0xE3 else { continue }
      } else {
        let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        hash = (hash ^ UInt64(folded)) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        length += 1
      }
    }
    if length >= 2 { body(hash) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x80 || LineShape.isName(byte) }
}
