/// The looks of text on one terminal: colours where it has them, and marks that it can show.
struct TextStyle: Sendable {
  enum Colour: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  let hasColour: Bool
  let hasUnicode: Bool

  init(_ terminal: Terminal) {
    hasColour = terminal.hasColour
    hasUnicode = terminal.hasUnicode
  }

  func paint(_ text: String, _ colours: Colour...) -> String {
    guard hasColour, !text.isEmpty, !colours.isEmpty else { return text }
    return "\u{1B}[\(colours.map { $0.rawValue }.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  func bold(_ text: String) -> String { paint(text, .bold) }
  func dim(_ text: String) -> String { paint(text, .dim) }

  var good: String { paint(hasUnicode ? "✓" : "+", .green) }
  var bad: String { paint(hasUnicode ? "✗" : "x", .red) }
  var warning: String { paint("!", .yellow) }
  var asking: String { paint("?", .cyan) }
  var neutral: String { dim(hasUnicode ? "·" : "-") }

  /// Stands between the parts of one line.
  var separator: String { hasUnicode ? " · " : " - " }
  var ellipsis: String { hasUnicode ? "…" : "..." }
  var arrow: String { hasUnicode ? "→" : "->" }
}
