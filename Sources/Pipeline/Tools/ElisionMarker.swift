/// Lines that stand for text which a model left out, such as `// ... existing code ...`.
enum ElisionMarker {
  /// The first such line of `content` that is not a line of the old text as well; `path` tells prose from code.
  static func first(in content: [UInt8], of path: String, unlessIn old: TextLines?) -> String? {
    let lines = TextLines(content)
    // In prose a line that begins with a hash is a headline.
    let isProse = [".md", ".markdown", ".rst", ".txt", ".adoc"].contains { path.lowercased().hasSuffix($0) }
    let comments = isProse ? ["<!--"] : commentStarts
    for number in lines.ranges.indices {
      let line = lines.line(number + 1)
      guard line.count <= 200, isMarker(line, comments: comments) else { continue }
      let text = trimmed(line)
      let isOld = old.map { old in old.ranges.indices.contains { trimmed(old.line($0 + 1)) == text } } ?? false
      if !isOld { return String(decoding: text, as: UTF8.self) }
    }
    return nil
  }

  private static let commentStarts = ["//", "/*", "*", "#", "--", ";", "%", "<!--", "{/*", "(*", "\"\"\"", "'''"]
  private static let commentEnds = ["*/}", "*/", "-->", "*)", "\"\"\"", "'''"]

  /// What may be said of text that is left out, after which nothing follows.
  private static let subjects = [
    "rest", "remaining", "remainder", "existing", "other", "previous", "original", "same", "code", "omitted",
    "unchanged",
    "truncated", "snip",
  ]
  private static let fillers: Set<String> = [
    "rest", "remaining", "remainder", "existing", "other", "previous", "original", "same", "code", "omitted",
    "unchanged", "truncated", "snip", "the", "of", "this", "all", "your", "and", "is", "are", "as", "before", "above",
    "below", "here", "for", "brevity", "stays", "stay", "remains", "remain", "keep", "kept", "no", "changes", "file",
    "files", "function", "functions", "method", "methods", "class", "classes", "implementation", "implementations",
    "content", "contents", "logic", "imports", "lines", "text", "section", "sections", "tests", "body", "part", "parts",
    "module", "definitions", "goes", "continues", "etc", "in", "to", "be", "left", "out", "not", "shown", "exactly",
  ]

  private static func isMarker(_ line: ArraySlice<UInt8>, comments: [String]) -> Bool {
    let line = trimmed(line)
    guard let first = line.first else { return false }
    // Such a note stood in the prompt in the place of the text.
    if first == UInt8(ascii: "["), String(decoding: line, as: UTF8.self).contains(PromptFitter.leftOut) { return true }
    let comment = comments.first { $0.utf8.first == first && line.starts(with: $0.utf8) }
    guard comment != nil || hasDots(line) else { return false }
    var text = String(decoding: line, as: UTF8.self).lowercased()
    if let comment { text.removeFirst(comment.count) }
    if let end = commentEnds.first(where: { text.hasSuffix($0) }) { text.removeLast(end.count) }
    let words = text.split { !$0.isLetter && $0 != "'" }.map(String.init)
    guard !words.isEmpty, words.allSatisfy({ fillers.contains($0) }) else { return false }
    if hasDots(line) { return words.contains { subjects.contains($0) } }
    let phrase = words.joined(separator: " ")
    return phrases.contains { phrase.contains($0) }
  }

  private static let phrases = [
    "rest of the", "rest of this", "rest of file", "rest of code", "the rest", "rest unchanged", "rest is",
    "rest remains", "rest stays", "existing code", "existing implementation", "existing methods", "existing functions",
    "remaining code", "remaining methods", "remaining functions", "remaining implementation", "remains unchanged",
    "remain unchanged", "stays unchanged", "stay unchanged", "code unchanged", "unchanged code", "unchanged below",
    "unchanged above", "implementation unchanged", "code omitted", "omitted for brevity", "same as before", "as before",
  ]

  /// Whether there are three dots in a row, or the one character for them.
  private static func hasDots(_ line: ArraySlice<UInt8>) -> Bool {
    var dots = 0
    for index in line.indices {
      dots = line[index] == UInt8(ascii: ".") ? dots + 1 : 0
      if dots == 3 || (line[index] == 0xE2 && line[index...].starts(with: "…".utf8)) { return true }
    }
    return false
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = line.firstIndex(where: { !$0.isASCIISpace }),
      let last = line.lastIndex(where: { !$0.isASCIISpace })
    else { return [] }
    return line[first...last]
  }
}
