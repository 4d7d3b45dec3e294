/// A recursive-descent reader of JSON and JSON5 over bytes.
struct JSONParser {
  /// Deeper texts are refused, so that hostile input cannot exhaust the stack.
  static let deepest = 256

  let bytes: [UInt8]
  let syntax: JSONSyntax
  var position = 0
  private var depth = 0

  /// Where each member and element begins, by the way to it, when that is recorded.
  private(set) var offsets: [[String]: Int]?
  private var path: [String] = []

  init(_ bytes: [UInt8], syntax: JSONSyntax, recordsOffsets: Bool = false) {
    self.bytes = bytes
    self.syntax = syntax
    offsets = recordsOffsets ? [:] : nil
  }

  mutating func parseDocument() throws(JSONError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    try skipSpace()
    let value = try parseValue()
    try skipSpace()
    if let byte = peek { throw error("Unexpected \(Self.display(byte)) after the value.") }
    return value
  }

  private mutating func parseValue() throws(JSONError) -> JSONValue {
    guard let byte = peek else { throw error("The text ends where a value is expected.") }
    switch byte {
    case UInt8(ascii: "{"): return try parseObject()
    case UInt8(ascii: "["): return try parseArray()
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "'") where syntax == .json5: return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    default: return try parseNumber()
    }
  }

  private mutating func parseObject() throws(JSONError) -> JSONValue {
    try enter()
    var object = JSONObject()
    while true {
      try skipSpace()
      if take("}") { break }
      if !object.isEmpty {
        guard take(",") else { throw expected("',' or '}'") }
        try skipSpace()
        if syntax == .json5, take("}") { break }
      }
      let start = position
      let key = try parseKey()
      try skipSpace()
      guard take(":") else { throw expected("':'") }
      try skipSpace()
      guard object[key] == nil else { throw error("The name '\(key)' occurs twice in one object.") }
      object[key] = try parseValue(key, at: start)
    }
    depth -= 1
    return .object(object)
  }

  private mutating func parseArray() throws(JSONError) -> JSONValue {
    try enter()
    var values: [JSONValue] = []
    while true {
      try skipSpace()
      if take("]") { break }
      if !values.isEmpty {
        guard take(",") else { throw expected("',' or ']'") }
        try skipSpace()
        if syntax == .json5, take("]") { break }
      }
      values.append(try parseValue("\(values.count)", at: position))
    }
    depth -= 1
    return .array(values)
  }

  /// Reads a member or element and, if asked for, records where it begins.
  private mutating func parseValue(_ name: @autoclosure () -> String, at start: Int) throws(JSONError) -> JSONValue {
    guard offsets != nil else { return try parseValue() }
    path.append(name())
    defer { path.removeLast() }
    offsets?[path] = start
    return try parseValue()
  }

  private mutating func parseKey() throws(JSONError) -> String {
    guard let byte = peek else { throw expected("a name in quotes") }
    if byte == UInt8(ascii: "\"") || (syntax == .json5 && byte == UInt8(ascii: "'")) { return try parseString() }
    guard syntax == .json5 else { throw expected("a name in quotes") }
    let start = position
    while let byte = peek, Self.isIdentifier(byte) { position += 1 }
    guard position > start else { throw expected("a name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let letters = unsafe UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard unsafe bytes[position...].starts(with: letters) else { throw expected("a value") }
    position += word.utf8CodeUnitCount
    return value
  }

  private mutating func enter() throws(JSONError) {
    position += 1
    depth += 1
    guard depth <= Self.deepest else { throw error("More than \(Self.deepest) levels are nested.") }
  }
}

// MARK: - White space, and errors

extension JSONParser {
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() throws(JSONError) {
    while let byte = peek {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D:
        position += 1
      case 0x0B...0x0C where syntax == .json5:
        position += 1
      case UInt8(ascii: "/") where syntax == .json5:
        try skipComment()
      default:
        return
      }
    }
  }

  private mutating func skipComment() throws(JSONError) {
    let rest = bytes[position...].dropFirst()
    switch rest.first {
    case UInt8(ascii: "/"):
      position = rest.firstIndex(of: 0x0A) ?? bytes.count
    case UInt8(ascii: "*"):
      let start = position
      position += 2
      while !bytes[position...].starts(with: [0x2A, 0x2F]) {
        guard position < bytes.count else {
          position = start
          throw error("The comment is not closed.")
        }
        position += 1
      }
      position += 2
    default:
      throw error("Unexpected '/'.")
    }
  }

  func expected(_ what: String) -> JSONError {
    guard let byte = peek else { return error("The text ends where \(what) is expected.") }
    return error("Expected \(what), found \(Self.display(byte)).")
  }

  func error(_ message: String) -> JSONError {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return JSONError(line: line, column: column, message: message)
  }

  static func display(_ byte: UInt8) -> String {
    switch byte {
    case 0x21..<0x7F: "'\(Unicode.Scalar(byte))'"
    case 0x0A: "the end of the line"
    default: "byte 0x\(String(byte, radix: 16))"
    }
  }

  private static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...0xFF: true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"): true
    default: false
    }
  }
}
