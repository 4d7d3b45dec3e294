/// A failure that a server reports as its own, but that is the model's: it wrote a tool call that cannot be read.
enum CallFailure: Hashable {
  /// What the model wrote, as far as the server tells.
  case unreadable(String)
  /// The answer ended in the middle of a call.
  case cut

  /// Reads a server's report, or returns nothing if it is about something else.
  init?(_ report: ServerReport) {
    let message = report.message
    if let written = report.written {
      self = .unreadable(written)
    } else if message.contains("error parsing tool call") {
      self = .unreadable(Self.written(message))
    } else if let parsed = message.firstRange(of: "Failed to parse input at pos ") {
      // llama.cpp's server: the position, a colon, and all that it could not read.
      let text = message[parsed.upperBound...].drop { $0.isNumber }
      self = .unreadable(text.hasPrefix(": ") ? String(text.dropFirst(2)) : "")
    } else if message.contains("Unexpected empty grammar stack after accepting piece") {
      // Only the first few characters are told, which are of no use.
      self = .unreadable("")
    } else if message.contains("invalid tool call arguments") {
      self = message.contains("unexpected end of JSON input") ? .cut : .unreadable("")
    } else if message == "EOF" || message.utf8.starts(with: "XML syntax error".utf8) {
      self = .unreadable("")
    } else {
      return nil
    }
  }

  /// What stands between `raw='` and `', err=`, or between their older forms.
  private static func written(_ message: String) -> String {
    for (opening, closing) in [("raw='", "', err="), ("Raw: ", " Error: ")] {
      guard let start = message.firstRange(of: opening)?.upperBound else { continue }
      let rest = message[start...]
      // The model's text may contain the closing words itself; the server's own come last.
      let end = rest.ranges(of: closing).last?.lowerBound ?? rest.endIndex
      return String(rest[..<end])
    }
    return ""
  }
}
