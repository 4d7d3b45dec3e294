/// A failure that Ollama reports as its own, but that is the model's: it wrote a tool call that cannot be read.
enum OllamaCallFailure: Hashable {
  /// What the model wrote, as far as the server tells.
  case unreadable(String)
  /// The answer ended in the middle of a call.
  case cut

  /// Reads the server's message, or returns nothing if it is about something else.
  init?(_ message: String) {
    if message.contains("error parsing tool call") {
      self = .unreadable(Self.written(message))
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
