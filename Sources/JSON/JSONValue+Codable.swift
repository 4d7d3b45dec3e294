extension JSONValue {
  /// Encodes a value; the members of objects stand in the order in which they are encoded, those of dictionaries sorted.
  package init(encoding value: some Encodable) throws(JSONCodingError) {
    let encoder = JSONValueEncoder()
    try encoder.encode(value)
    self = try encoder.finish()
  }

  /// Decodes a value; members the type does not know are ignored.
  package func decoded<T: Decodable>(as type: T.Type = T.self) throws(JSONCodingError) -> T {
    try JSONValueDecoder(self).decode(type)
  }
}

/// Codes itself unchanged, by `init(encoding:)` and `decoded(as:)` only.
extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? JSONValueDecoder else {
      throw JSONCodingError(path: "", message: "Expected the decoder of JSON values, found \(type(of: decoder)).")
    }
    self = decoder.value
  }

  package func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? JSONValueEncoder else {
      throw JSONCodingError(path: "", message: "Expected the encoder of JSON values, found \(type(of: encoder)).")
    }
    try encoder.write(self)
  }
}

extension JSONObject: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try JSONValue(from: decoder)
    guard case .object(let object) = value else {
      let context = DecodingError.Context(
        codingPath: decoder.codingPath,
        debugDescription: "Expected an object, found \(value.typeName)."
      )
      throw DecodingError.typeMismatch(Self.self, context)
    }
    self = object
  }

  package func encode(to encoder: any Encoder) throws { try JSONValue.object(self).encode(to: encoder) }
}
