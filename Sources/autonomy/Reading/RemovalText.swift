import Pipeline
import Wording

/// What was left out of the messages of a prompt, in words: it is all in the transcript.
struct RemovalText {
  let removals: [PromptRemoval]
  let transcript: [TranscriptEntry]
  let text: EventText

  /// Where each removal was and how it began; with `isFull` also all that it took.
  func lines(isFull: Bool) -> [String] {
    removals.flatMap { removal -> [String] in
      guard transcript.indices.contains(removal.message) else { return [] }
      let message = transcript[removal.message].message
      let removed = Self.removed(removal, from: message)
      let name = message.toolName.map { "the result of \($0)" } ?? "what was said"
      let place = "message \(removal.message + 1), \(name)"
      var lines = [
        text.fit("  \(place): \(Amount.bytes(removal.bytes)) by '\(removal.step)', from \(Self.head(removed))")
      ]
      if isFull {
        lines += DisplayWidth.harmless(removed).split(separator: "\n", omittingEmptySubsequences: false).map {
          "    \($0)"
        }
      }
      return lines
    }
  }

  private static func removed(_ removal: PromptRemoval, from message: Message) -> String {
    let bytes = message.content.utf8.dropFirst(removal.offset).prefix(removal.bytes)
    return String(decoding: Array(bytes), as: UTF8.self)
  }

  private static func head(_ removed: String) -> String {
    let line = removed.split(separator: "\n").first { line in line.utf8.contains { $0 > 0x20 } } ?? ""
    return "'\(DisplayWidth.oneLine(String(line.prefix(60))))'"
  }
}
