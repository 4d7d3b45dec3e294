import JSON

/// Whether values come from a text: nothing that was made up may end in a file.
struct SaidInText {
  private let text: String

  init(_ text: String) {
    self.text = text
  }

  /// Whether every string and number in `value` is in the text, as such or as JSON writes it.
  func holds(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .bool: true
    case .string(let string):
      string.isEmpty || text.contains(string) || text.contains(String(value.text().dropFirst().dropLast()))
    case .integer, .number: text.contains(value.text())
    case .array(let values): values.allSatisfy(holds)
    case .object(let members): members.allSatisfy { holds($0.value) }
    }
  }
}
