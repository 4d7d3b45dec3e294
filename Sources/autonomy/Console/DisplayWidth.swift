/// How many columns text takes on a terminal, and text cut or filled to a number of them.
enum DisplayWidth {
  /// The columns of `text`; colours take none.
  static func of(_ text: String) -> Int {
    var width = 0
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        isEscaped = scalar != "m"
      } else if scalar == "\u{1B}" {
        isEscaped = true
      } else {
        width += of(scalar)
      }
    }
    return width
  }

  /// A line of ours, colours and all, cut to `columns` with `ellipsis` at its end.
  static func line(_ text: String, columns: Int?, ellipsis: String = "…") -> String {
    guard let columns, of(text) > columns else { return text }
    let room = max(0, columns - of(ellipsis))
    var width = 0
    var result = ""
    var isEscaped = false
    var isColoured = false
    for scalar in text.unicodeScalars {
      if isEscaped || scalar == "\u{1B}" {
        isEscaped = scalar != "m"
        isColoured = true
      } else {
        width += of(scalar)
        if width > room { break }
      }
      result.unicodeScalars.append(scalar)
    }
    return result + ellipsis + (isColoured ? "\u{1B}[0m" : "")
  }

  /// The text in lines of at most `columns`, all but the first indented; lines that the text has already stay.
  ///
  /// Colours stay where the text `isOurs`; then what others say in it goes through `harmless` first.
  static func wrapped(_ text: String, columns: Int?, indent: Int = 0, isOurs: Bool = false) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    for line in harmless(text, keepingColours: isOurs).split(separator: "\n", omittingEmptySubsequences: false) {
      var current = lines.isEmpty ? "" : margin
      var isEmpty = true
      for word in line.split(separator: " ", omittingEmptySubsequences: false) {
        let width = of(current) + of(String(word)) + (isEmpty ? 0 : 1)
        if let columns, !isEmpty, width > columns {
          lines.append(current)
          current = margin + word
        } else {
          current += (isEmpty ? "" : " ") + word
        }
        isEmpty = false
      }
      lines.append(current)
    }
    return lines
  }

  /// The text with spaces up to `columns`.
  static func padded(_ text: String, to columns: Int, isRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, columns - of(text)))
    return isRight ? spaces + text : text + spaces
  }

  /// The text of a model, a check or a file as one line, with nothing in it that would steer the terminal.
  static func oneLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isSpace = false
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\r" || scalar == "\t" {
        if !isSpace { result.append(" ") }
        isSpace = true
      } else if !isControl(scalar) {
        result.append(scalar)
        isSpace = scalar == " "
      }
    }
    return String(result)
  }

  /// The text of a model or a check without what would steer the terminal; line breaks and tabs stay, and colours where
  /// our own are among it.
  static func harmless(_ text: String, keepingColours: Bool = false) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F || $0 == 0xC2 }) else {
      return text
    }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      if keepingColours, let colour = colour(at: rest) {
        result.append(contentsOf: colour)
        rest = rest[colour.endIndex...]
        continue
      }
      if scalar == "\n" || scalar == "\t" || !isControl(scalar) { result.append(scalar) }
      rest.removeFirst()
    }
    return String(result)
  }

  /// What sets a colour, where the text begins with that.
  private static func colour(at text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
    guard text.starts(with: "\u{1B}[".unicodeScalars) else { return nil }
    let codes = text.dropFirst(2).prefix { ("0"..."9").contains($0) || $0 == ";" }
    guard codes.endIndex < text.endIndex, text[codes.endIndex] == "m" else { return nil }
    return text[...codes.endIndex]
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    guard scalar.value >= 0x300 else { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// East Asian wide characters and pictures.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
