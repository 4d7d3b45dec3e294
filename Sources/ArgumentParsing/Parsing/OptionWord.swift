/// A word of the command line, as its form tells what it is.
enum OptionWord: Hashable {
  case long(name: String, value: String?)
  case short(letters: [Character])
  case terminator
  case plain

  /// Reads a word; the name of a short option is a letter, so that `-1` and `- text` are plain words.
  init(_ word: String) {
    if word == "--" {
      self = .terminator
    } else if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      self = .long(name: String(parts.first ?? ""), value: parts.count > 1 ? String(parts[1]) : nil)
    } else if word.hasPrefix("-"), word.dropFirst().first?.isLetter ?? false {
      self = .short(letters: Array(word.dropFirst()))
    } else {
      self = .plain
    }
  }
}
