import JSON

/// The value as Go's encoder writes it: `<`, `>` and `&` are escaped, which a client has to understand.
func goJSON(_ value: JSONValue) -> [UInt8] {
  let bytes = value.utf8()
  guard bytes.contains(where: isEscapedByGo) else { return bytes }
  var escaped: [UInt8] = []
  escaped.reserveCapacity(bytes.count + 64)
  for byte in bytes {
    if isEscapedByGo(byte) {
      escaped += "\\u00\(String(byte, radix: 16))".utf8
    } else {
      escaped.append(byte)
    }
  }
  return escaped
}

/// In JSON these characters stand in strings only.
private func isEscapedByGo(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
}
