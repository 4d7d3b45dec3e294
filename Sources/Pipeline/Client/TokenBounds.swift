import JSON

/// What the text of a prompt can come to in tokens, whatever the model: by the kinds of bytes that it is made of.
///
/// Tokenizers part words, digits and signs from each other, have whole words of up to some twenty letters, and keep
/// blanks and rules of one sign together. So no text has fewer tokens than `least`, which counts thirteen letters to a
/// token, ten signs, eight digits, five characters of other scripts, and nothing for what repeats; ordinary text has more
/// than twice as many. `typical` is what a model with single digits makes of it.
package struct TokenBounds: Hashable, Sendable {
  /// Thousandths of tokens.
  private var leastSum = 0
  private var typicalSum = 0

  package var least: Int { leastSum / 1000 }
  package var typical: Int { typicalSum / 1000 }

  private static let ordinaryWord = 8
  private static let longestWord = 24

  package init() {}

  /// The bounds of all that the template of any model shows of a request.
  package init(of request: ModelRequest) {
    self.init(of: request.messages)
    for tool in request.tools {
      add(tool.name)
      add(tool.description)
      // Templates word the schema in their own way.
      let words = TokenBounds(of: tool.parameters.text())
      leastSum += words.leastSum / 2
      typicalSum += words.typicalSum
    }
  }

  /// The bounds of messages without what was thought, which templates leave out later.
  package init(of messages: some Sequence<Message>) {
    for message in messages {
      typicalSum += 4000
      add(message.content)
      for call in message.toolCalls {
        add(call.name)
        for value in call.arguments { add(value.value.string ?? value.value.text()) }
      }
    }
  }

  /// The bounds of a text alone.
  package init(of text: String) { add(text) }

  private mutating func add(_ text: String) {
    let bytes = text.utf8Span.span
    var letters = 0
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        letters += 1
        leastSum += letters <= Self.ordinaryWord ? 75 : letters <= Self.longestWord ? 0 : 50
        typicalSum += 240
        continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        leastSum += 120
        typicalSum += 1000
      case 0x80...:
        // The same byte of the character before: a rule or a bar, or a script's common first byte.
        if index < 3 || bytes[index - 3] != byte { leastSum += 60 }
        typicalSum += 200
      case 0x21...:
        let isRepeated = (index > 0 && bytes[index - 1] == byte) || (index > 1 && bytes[index - 2] == byte)
        if !isRepeated {
          leastSum += 100
          typicalSum += 500
        }
      default:
        if index == 0 || bytes[index - 1] > 0x20 {
          leastSum += 100
          typicalSum += 100
        }
      }
      letters = 0
    }
  }
}
