/// A dictionary that is written as an object, with its members sorted, so that the same one always gives the same text.
protocol JSONDictionaryEncodable {
  /// Writes the members, or returns false without having written anything if some key has no name.
  func encodeByName(to encoder: JSONValueEncoder) throws -> Bool
}

/// A dictionary that is read from an object.
protocol JSONDictionaryDecodable {
  /// Reads the members, or returns nil if the standard library's way is the right one.
  static func decodedByName(from decoder: JSONValueDecoder) throws -> Self?
}

// The standard library writes a dictionary as a list of keys and values in turn unless its keys are
// `CodingKeyRepresentable`. Keys that write themselves as a string, as identifiers and enums do, are names all the same.

extension Dictionary: JSONDictionaryEncodable where Key: Encodable, Value: Encodable {
  func encodeByName(to encoder: JSONValueEncoder) throws -> Bool {
    var members: [(name: String, value: Value)] = []
    members.reserveCapacity(count)
    for (key, value) in self {
      guard let name = try Self.name(of: key) else { return false }
      members.append((name, value))
    }
    members.sort { $0.name < $1.name }
    var container = encoder.container(keyedBy: JSONPathStep.self)
    for (name, value) in members { try container.encode(value, forKey: .member(name)) }
    return true
  }

  private static func name(of key: Key) throws(JSONCodingError) -> String? {
    if Key.self == String.self { return key as? String }
    if let key = key as? any CodingKeyRepresentable { return key.codingKey.stringValue }
    return try JSONValue(encoding: key).string
  }
}

extension Dictionary: JSONDictionaryDecodable where Key: Decodable, Value: Decodable {
  static func decodedByName(from decoder: JSONValueDecoder) throws -> Self? {
    let isStandard = Key.self != String.self && Key.self is any CodingKeyRepresentable.Type
    guard !isStandard, case .object(let object) = decoder.value else { return nil }
    var dictionary = Self(minimumCapacity: object.count)
    for (name, value) in object {
      let step = JSONPathStep.member(name)
      dictionary[try decoder.decode(Key.self, .string(name), at: step)] =
        try decoder.decode(Value.self, value, at: step)
    }
    return dictionary
  }
}
