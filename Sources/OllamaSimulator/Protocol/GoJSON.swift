import JSON

/// The value as Go's encoder writes it: `<`, `>` and `&` are escaped, which a client has to understand.
func goJSON(_ value: JSONValue) -> [UInt8] {
  let bytes = value.utf8()
  guard bytes.contains(where: { goEscape(of: $0) != nil }) else { return bytes }
  var escaped: [UInt8] = []
  escaped.reserveCapacity(bytes.count + 64)
  // In JSON these characters stand in strings only.
  for byte in bytes {
    if let escape = goEscape(of: byte) { escaped += escape.utf8 } else { escaped.append(byte) }
  }
  return escaped
}

private func goEscape(of byte: UInt8) -> String? {
  switch byte {
  case UInt8(ascii: "<"): "\\u003c"
  case UInt8(ascii: ">"): "\\u003e"
  case UInt8(ascii: "&"): "\\u0026"
  default: nil
  }
}
