extension String {
  /// The text without white space at its end, and with a full stop there unless it ends as a sentence does.
  package var asSentence: String {
    let space: Set<Character> = [" ", "\n", "\r\n", "\t"]
    let marks: Set<Character> = ["\"", "'", "`", ")", "]", "*", "”", "’"]
    guard let end = lastIndex(where: { !space.contains($0) }) else { return "" }
    let text = self[...end]
    guard let last = text.last(where: { !marks.contains($0) }) else { return "\(text)." }
    return [".", "!", "?", "…"].contains(last) ? String(text) : "\(text)."
  }
}
