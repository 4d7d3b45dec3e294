/// The decoder that fills the properties of a command with the values that the parser found.
///
/// The initialiser that the compiler makes for `Decodable` asks it for one property after the other.
struct ValueDecoder: Decoder {
  var values: [[String]: any Sendable]
  var path: [String] = []

  var codingPath: [any CodingKey] { path.map(PropertyKey.init(stringValue:)) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The value of the property at `path`; every declared argument has one when decoding begins.
  func value<Value: Sendable>() -> Value {
    guard let box = values[path] as? ParsedValue<Value> else {
      preconditionFailure("The property '\(path.joined(separator: "."))' has no value of its type.")
    }
    return box.value
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Container<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    preconditionFailure("A property without a wrapper cannot be filled from the command line.")
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    preconditionFailure("A property without a wrapper cannot be filled from the command line.")
  }
}

/// The properties of one command or group.
private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: ValueDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try Value(from: nested(key))
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try nested(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try nested(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { nested(key) }

  private func nested(_ key: Key) -> ValueDecoder {
    ValueDecoder(values: decoder.values, path: decoder.path + [key.stringValue])
  }
}

/// The name of a property, as a coding key.
private struct PropertyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) {
    nil
  }
}
