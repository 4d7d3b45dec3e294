extension JSONValue {
  /// How a value is laid out as text.
  package enum Layout: Sendable {
    /// Without white space, on one line.
    case compact
    /// Two spaces a level.
    case indented
  }

  /// The value as JSON text; the same value always gives the same text.
  package func text(_ layout: Layout = .compact) -> String {
    String(decoding: utf8(layout), as: UTF8.self)
  }

  /// The value as JSON text in UTF-8.
  package func utf8(_ layout: Layout = .compact) -> [UInt8] {
    var writer = JSONWriter(isIndented: layout == .indented)
    writer.write(self)
    return writer.bytes
  }
}

extension JSONValue: CustomStringConvertible {
  package var description: String { text() }
}

private struct JSONWriter {
  var bytes: [UInt8] = []
  let isIndented: Bool
  private var depth = 0

  init(isIndented: Bool) {
    self.isIndented = isIndented
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let values):
      writeList(open: "[", close: "]", values) { $0.write($1) }
    case .object(let object):
      writeList(open: "{", close: "}", object.members) { writer, member in
        writer.write(member.key)
        writer.bytes.append(UInt8(ascii: ":"))
        if writer.isIndented { writer.bytes.append(0x20) }
        writer.write(member.value)
      }
    }
  }

  private mutating func writeList<Element>(
    open: Unicode.Scalar,
    close: Unicode.Scalar,
    _ elements: [Element],
    _ body: (inout JSONWriter, Element) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    depth += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newLine()
      body(&self, element)
    }
    depth -= 1
    if !elements.isEmpty { newLine() }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func newLine() {
    guard isIndented else { return }
    bytes.append(0x0A)
    bytes += repeatElement(0x20, count: 2 * depth)
  }

  /// Writes a number; JSON has no words for what is not finite, so that is null.
  private mutating func write(_ value: Double) {
    guard value.isFinite else {
      bytes += "null".utf8
      return
    }
    if let whole = Int(exactly: value), abs(whole) < 1 << 53 {
      bytes += "\(whole).0".utf8
    } else {
      bytes += "\(value)".utf8
    }
  }

  private mutating func write(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    var value = value
    value.withUTF8 { text in
      var plain = 0
      for index in text.indices where unsafe Self.isEscaped(text[index]) {
        unsafe bytes += text[plain..<index]
        unsafe writeEscape(text[index])
        plain = index + 1
      }
      unsafe bytes += text[plain...]
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private mutating func writeEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x0A: bytes += "\\n".utf8
    case 0x0D: bytes += "\\r".utf8
    case 0x09: bytes += "\\t".utf8
    default:
      let digits = String(byte, radix: 16)
      bytes += "\\u00\(digits.count < 2 ? "0" : "")\(digits)".utf8
    }
  }
}
