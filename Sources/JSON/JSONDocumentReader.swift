/// Reads a JSON document that is too large to be held, one value after another.
///
/// The caller walks through the outer objects and lists, and takes each inner value whole; no more than that value and a
/// piece of the text is held. Errors name the place in the whole document.
package struct JSONDocumentReader {
  private let next: () throws -> [UInt8]?
  private var buffer: [UInt8] = []
  private var position = 0
  private var line = 1
  private var column = 1
  /// For each list or object that is open, whether it has had a member.
  private var open: [Bool] = []

  /// Takes what gives the next bytes of the text, in pieces of any size, and nil at its end.
  package init(_ next: @escaping () throws -> [UInt8]?) {
    self.next = next
  }

  /// The line and, in bytes, the column, both from 1, where the reader stands.
  package var place: (line: Int, column: Int) { (line, column) }

  /// Enters an object.
  package mutating func enterObject() throws { try enter("{", "an object") }

  /// Enters a list.
  package mutating func enterList() throws { try enter("[", "a list") }

  /// Moves to the next member of the object that was entered last, and answers its name; nil behind the last, which
  /// leaves the object.
  package mutating func nextName() throws -> String? {
    guard try advance(to: "}") else { return nil }
    guard try peek() == UInt8(ascii: "\"") else { throw try expected("a name in quotes") }
    let name = try value().string ?? ""
    try skipSpace()
    guard try take(":") else { throw try expected("':'") }
    try skipSpace()
    return name
  }

  /// Moves to the next element of the list that was entered last; false behind the last, which leaves the list.
  package mutating func nextElement() throws -> Bool { try advance(to: "]") }

  /// Reads the value at which the reader stands, whole.
  package mutating func value() throws -> JSONValue {
    let count = try measure()
    guard count > 0 else { throw try expected("a value") }
    defer { consume(count) }
    do {
      return try JSONValue(parsing: Array(buffer[position..<(position + count)]))
    } catch {
      let start = error.line == 1 ? column - 1 : 0
      throw JSONError(line: line + error.line - 1, column: start + error.column, message: error.message)
    }
  }

  /// Throws unless nothing but white space is left.
  package mutating func end() throws {
    try skipSpace()
    if let byte = try peek() { throw error("Unexpected \(JSONParser.display(byte)) after the value.") }
  }

  /// An error at the place where the reader stands.
  package func error(_ message: String) -> JSONError {
    JSONError(line: line, column: column, message: message)
  }

  private func expected(_ what: String, found byte: UInt8?) -> JSONError {
    guard let byte else { return error("The text ends where \(what) is expected.") }
    return error("Expected \(what), found \(JSONParser.display(byte)).")
  }

  private mutating func expected(_ what: String) throws -> JSONError { expected(what, found: try peek()) }

  private mutating func enter(_ bracket: Unicode.Scalar, _ what: String) throws {
    try skipSpace()
    guard try take(bracket) else { throw try expected(what) }
    open.append(false)
  }

  /// Goes over the comma before the next member; false where the bracket came instead.
  private mutating func advance(to bracket: Unicode.Scalar) throws -> Bool {
    guard let hasMembers = open.last else { preconditionFailure("a list or object is entered before it is read") }
    try skipSpace()
    if try take(bracket) {
      open.removeLast()
      return false
    }
    if hasMembers {
      guard try take(",") else { throw try expected("',' or '\(bracket)'") }
      try skipSpace()
    }
    open[open.count - 1] = true
    return true
  }
}

// MARK: - Bytes

extension JSONDocumentReader {
  private static let pieceSize = 1 << 16

  private mutating func peek() throws -> UInt8? {
    while position == buffer.count {
      guard try refill() else { return nil }
    }
    return buffer[position]
  }

  private mutating func take(_ character: Unicode.Scalar) throws -> Bool {
    guard try peek() == UInt8(ascii: character) else { return false }
    consume(1)
    return true
  }

  private mutating func skipSpace() throws {
    while let byte = try peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { consume(1) }
  }

  private mutating func consume(_ count: Int) {
    for byte in buffer[position..<(position + count)] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    position += count
  }

  /// Fetches more of the text behind what is held; false at its end.
  private mutating func refill() throws -> Bool {
    guard let piece = try next() else { return false }
    if position > Self.pieceSize || position == buffer.count {
      buffer.removeFirst(position)
      position = 0
    }
    buffer += piece
    return true
  }

  /// The length of the value that begins here, as its brackets and quotes have it; the parser judges what is in it.
  private mutating func measure() throws -> Int {
    var count = 0
    var depth = 0
    var isString = false
    while true {
      if position + count == buffer.count {
        guard try refill() else { return count }
        continue
      }
      let byte = buffer[position + count]
      if isString {
        switch byte {
        case UInt8(ascii: "\\"): count += try hasByte(after: count) ? 1 : 0
        case UInt8(ascii: "\""): isString = false
        default: break
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
          if depth == 0 { return count }
          if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
        default: break
        }
      }
      count += 1
      let isWhole = depth == 0 && !isString
      if isWhole, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { return count }
    }
  }

  private mutating func hasByte(after count: Int) throws -> Bool {
    while position + count + 1 == buffer.count {
      guard try refill() else { return false }
    }
    return true
  }
}
