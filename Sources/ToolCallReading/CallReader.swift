/// Reads the tool calls out of what a model wrote as text.
///
/// Only names that are offered are calls; nothing is guessed for a tool that changes files.
package struct CallReader: Sendable {
  private let index: ToolIndex

  package init(tools: [ToolSchema]) {
    index = ToolIndex(tools)
  }

  package func read(_ text: String) -> CallReading { read(Array(text.utf8)) }

  /// Reads a whole answer, in UTF-8.
  package func read(_ bytes: [UInt8]) -> CallReading {
    var scanner = CallScanner(index)
    scanner.bytes = bytes
    scanner.finish()
    return scanner.reading()
  }

  /// Begins to read an answer that arrives in pieces.
  package func stream() -> CallStream { CallStream(index) }
}

/// Reads an answer while it arrives; every complete call is handed on at once.
package struct CallStream: Sendable {
  private var scanner: CallScanner
  private var handedOn = 0
  /// How much was looked at more than once.
  private var repeated = 0

  init(_ index: ToolIndex) {
    scanner = CallScanner(index)
  }

  /// Takes in a piece of the answer, which may end inside a character, and gives the calls that it completed.
  package mutating func feed(_ piece: some Sequence<UInt8>) -> [FoundCall] {
    scanner.bytes.append(contentsOf: piece)
    if scanner.awaited != nil, scanner.awaited?.isIn(scanner.bytes) == false { return [] }
    // What is not decided is looked at again from its beginning, but never so often that the whole would not be linear.
    let waiting = scanner.bytes.count - scanner.position
    guard repeated + waiting <= 8 * scanner.bytes.count + 65_536 else { return [] }
    repeated += waiting
    scanner.run()
    return next()
  }

  /// Ends the answer; the calls that were handed on are the first of the reading.
  package mutating func finish() -> CallReading {
    scanner.finish()
    return scanner.reading()
  }

  private mutating func next() -> [FoundCall] {
    let settled = scanner.settled()
    defer { handedOn = settled.count }
    return Array(settled.dropFirst(handedOn))
  }
}
