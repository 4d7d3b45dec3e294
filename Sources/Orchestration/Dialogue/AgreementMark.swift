/// The word with which a model says that it agrees and has nothing to add.
enum AgreementMark {
  static let word = "AGREED"

  /// What stands under the mark at the beginning of an answer; nil where there is none.
  ///
  /// Emphasis and punctuation around the word, as models add them, do not count; a sentence that begins with it does not
  /// either.
  static func conclusion(of text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.contains { !$0.isWhitespace } }) else { return nil }
    let letters = lines[first].filter { !" \t\r*_#`>.:!\"'".contains($0) }
    guard letters.lowercased() == word.lowercased() else { return nil }
    return trimmed(lines[(first + 1)...].joined(separator: "\n"))
  }

  private static func trimmed(_ text: String) -> String {
    guard let start = text.firstIndex(where: { !$0.isWhitespace }),
      let end = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[start...end])
  }
}
