// The generic functions stand for the requirements of all types that have no function of their own.

/// Reads the members of an object.
struct KeyedJSONDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONValueDecoder
  let object: JSONObject

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { object.members.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    let name = key.stringValue
    guard let value = object[name] else { throw decoder.mismatch("a value", nil, at: .member(name)) }
    return value.isNull
  }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    let name = key.stringValue
    return try decoder.bool(object[name], at: .member(name))
  }

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    let name = key.stringValue
    return try decoder.string(object[name], at: .member(name))
  }

  func decode<T: FixedWidthInteger & Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let name = key.stringValue
    return try decoder.integer(object[name], at: .member(name))
  }

  func decode<T: BinaryFloatingPoint & Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let name = key.stringValue
    return try decoder.number(object[name], at: .member(name))
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let name = key.stringValue
    return try decoder.decode(type, object[name], at: .member(name))
  }

  func nestedContainer<Nested>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { decoder.child(object["super"], at: .member("super")) }

  func superDecoder(forKey key: Key) -> any Decoder {
    let name = key.stringValue
    return decoder.child(object[name], at: .member(name))
  }

  private func child(_ key: Key) throws(JSONCodingError) -> JSONValueDecoder {
    let name = key.stringValue
    guard let value = object[name] else { throw decoder.mismatch("a value", nil, at: .member(name)) }
    return decoder.child(value, at: .member(name))
  }
}

/// Reads the elements of a list, one after the other.
struct UnkeyedJSONDecodingContainer: UnkeyedDecodingContainer {
  let decoder: JSONValueDecoder
  let elements: [JSONValue]
  private(set) var currentIndex = 0

  init(decoder: JSONValueDecoder, elements: [JSONValue]) {
    self.decoder = decoder
    self.elements = elements
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  // A bare nil beside a value would be the literal of JSON's null.
  private var next: JSONValue? { isAtEnd ? Optional.none : elements[currentIndex] }
  private var step: JSONPathStep { .element(currentIndex) }

  mutating func decodeNil() throws -> Bool {
    guard let next else { throw decoder.mismatch("a value", nil, at: step) }
    if next.isNull { currentIndex += 1 }
    return next.isNull
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool {
    let value = try decoder.bool(next, at: step)
    currentIndex += 1
    return value
  }

  mutating func decode(_ type: String.Type) throws -> String {
    let value = try decoder.string(next, at: step)
    currentIndex += 1
    return value
  }

  mutating func decode<T: FixedWidthInteger & Decodable>(_ type: T.Type) throws -> T {
    let value: T = try decoder.integer(next, at: step)
    currentIndex += 1
    return value
  }

  mutating func decode<T: BinaryFloatingPoint & Decodable>(_ type: T.Type) throws -> T {
    let value: T = try decoder.number(next, at: step)
    currentIndex += 1
    return value
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let value = try decoder.decode(type, next, at: step)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    let container = try child().container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try child().unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let child = try child()
    currentIndex += 1
    return child
  }

  private func child() throws(JSONCodingError) -> JSONValueDecoder {
    guard let next else { throw decoder.mismatch("a value", nil, at: step) }
    return decoder.child(next, at: step)
  }
}

/// Reads the whole value of a decoder.
struct SingleValueJSONDecodingContainer: SingleValueDecodingContainer {
  let decoder: JSONValueDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value.isNull }

  func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool(decoder.value, at: nil) }

  func decode(_ type: String.Type) throws -> String { try decoder.string(decoder.value, at: nil) }

  func decode<T: FixedWidthInteger & Decodable>(_ type: T.Type) throws -> T {
    try decoder.integer(decoder.value, at: nil)
  }

  func decode<T: BinaryFloatingPoint & Decodable>(_ type: T.Type) throws -> T {
    try decoder.number(decoder.value, at: nil)
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
