extension ProjectPath: Codable {
  /// Reads a path as text.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self = try ProjectPath(container.decode(String.self))
  }

  /// Writes the path as text; the bytes of a name that is none are lost, so such paths are stored as bytes elsewhere.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
