extension ProjectPath: Codable {
  /// Reads a path as text, or as a list of bytes.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = try ProjectPath(text)
    } else {
      self = try ProjectPath(bytes: container.decode([UInt8].self))
    }
  }

  /// Writes the path as text; a name that is none is written as its bytes.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let text {
      try container.encode(text)
    } else {
      try container.encode(bytes)
    }
  }
}
