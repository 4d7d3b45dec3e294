import JSON

/// The words of the line `[phase=coding task=t1 role=coding attempt=1]` with which a prompt's last user message begins.
package struct FixedLine: Hashable, Sendable {
  private let words: [String: String]

  /// Nil if `text` does not begin with such a line.
  package init?(beginning text: String) {
    let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") }
    guard line.first == UInt8(ascii: "["), let end = line.lastIndex(of: UInt8(ascii: "]")) else { return nil }
    var words: [String: String] = [:]
    for word in line[line.index(after: line.startIndex)..<end].split(separator: UInt8(ascii: " ")) {
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let name = String(decoding: word[..<equals], as: UTF8.self)
      words[name] = String(decoding: word[word.index(after: equals)...], as: UTF8.self)
    }
    guard !words.isEmpty else { return nil }
    self.words = words
  }

  /// Reads the line of the last user message.
  init?(messages: [JSONValue]) {
    guard let text = messages.last(where: { $0["role"]?.string == "user" })?["content"]?.string else { return nil }
    self.init(beginning: text)
  }

  package subscript(name: String) -> String? { words[name] }
}
