import JSON

/// Writes the lines of a streamed answer that carry text, which are nearly all of them, without a tree of values.
struct TextLineWriter {
  private let start: [UInt8]
  private var second = Int.min
  private var secondText: [UInt8] = []

  enum Field {
    case content
    case thinking

    fileprivate var opening: String {
      switch self {
      case .content: "\",\"message\":{\"role\":\"assistant\",\"content\":"
      case .thinking: "\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":"
      }
    }
  }

  init(model: String) {
    start = Array("{\"model\":".utf8) + goJSON(.string(model)) + Array(",\"created_at\":\"".utf8)
  }

  /// The line with `text` in `field`, its end included.
  mutating func line(_ field: Field, _ text: String) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(start.count + 128 + text.utf8.count)
    line += start
    appendTime(to: &line)
    line += field.opening.utf8
    line += goJSON(.string(text))
    line += "},\"done\":false}\n".utf8
    return line
  }

  private mutating func appendTime(to line: inout [UInt8]) {
    let now = Timestamp.now()
    if now.seconds != second {
      second = now.seconds
      secondText = Array(now.secondText.utf8)
    }
    line += secondText
    line += now.fractionText.utf8
    line.append(UInt8(ascii: "Z"))
  }
}
