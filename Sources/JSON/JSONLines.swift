/// The lines of a text on which its values begin, so that an error in one of them can name its place.
package struct JSONLines: Sendable {
  private let offsets: [[String]: Int]
  private let bytes: [UInt8]

  fileprivate init(offsets: [[String]: Int], bytes: [UInt8]) {
    self.offsets = offsets
    self.bytes = bytes
  }

  /// The line, from 1, of the value that member names and positions (as text, from 0) lead to.
  package subscript(path: [String]) -> Int? {
    offsets[path].map { offset in bytes[..<offset].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 } }
  }
}

extension JSONValue {
  /// Reads one value that is the whole of `bytes`, and where in them each part of it stands.
  package static func parseWithLines(
    _ bytes: [UInt8],
    syntax: JSONSyntax = .json
  ) throws(JSONError) -> (value: JSONValue, lines: JSONLines) {
    var parser = JSONParser(bytes, syntax: syntax, recordsOffsets: true)
    let value = try parser.parseDocument()
    return (value, JSONLines(offsets: parser.offsets ?? [:], bytes: bytes))
  }
}
