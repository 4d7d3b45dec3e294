// The generic functions stand for the requirements of all types that have no function of their own.

/// Writes the members of an object.
struct KeyedJSONEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: JSONValueEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil(forKey key: Key) throws { try encoder.write(.null, member: key.stringValue) }

  func encode(_ value: Bool, forKey key: Key) throws { try encoder.write(.bool(value), member: key.stringValue) }

  func encode(_ value: String, forKey key: Key) throws { try encoder.write(.string(value), member: key.stringValue) }

  func encode(_ value: Int, forKey key: Key) throws { try encoder.write(.integer(value), member: key.stringValue) }

  func encode<T: FixedWidthInteger & Encodable>(_ value: T, forKey key: Key) throws {
    try encoder.write(encoder.value(value), member: key.stringValue)
  }

  func encode<T: BinaryFloatingPoint & Encodable>(_ value: T, forKey key: Key) throws {
    let name = key.stringValue
    try encoder.write(encoder.value(value, at: .member(name)), member: name)
  }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    let name = key.stringValue
    try encoder.write(encoder.encoded(value, at: .member(name)), member: name)
  }

  func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
    encoder.child(member: key.stringValue).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.child(member: key.stringValue).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { encoder.child(member: "super") }

  func superEncoder(forKey key: Key) -> any Encoder { encoder.child(member: key.stringValue) }
}

/// Writes the elements of a list.
struct UnkeyedJSONEncodingContainer: UnkeyedEncodingContainer {
  let encoder: JSONValueEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { encoder.count }

  func encodeNil() throws { try encoder.append(.null) }

  func encode(_ value: Bool) throws { try encoder.append(.bool(value)) }

  func encode(_ value: String) throws { try encoder.append(.string(value)) }

  func encode(_ value: Int) throws { try encoder.append(.integer(value)) }

  func encode<T: FixedWidthInteger & Encodable>(_ value: T) throws { try encoder.append(encoder.value(value)) }

  func encode<T: BinaryFloatingPoint & Encodable>(_ value: T) throws {
    try encoder.append(encoder.value(value, at: .element(count)))
  }

  func encode<T: Encodable>(_ value: T) throws { try encoder.append(encoder.encoded(value, at: .element(count))) }

  func nestedContainer<Nested>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    encoder.childElement().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.childElement().unkeyedContainer() }

  func superEncoder() -> any Encoder { encoder.childElement() }
}

/// Writes the whole value of an encoder.
struct SingleValueJSONEncodingContainer: SingleValueEncodingContainer {
  let encoder: JSONValueEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil() throws { try encoder.write(.null) }

  func encode(_ value: Bool) throws { try encoder.write(.bool(value)) }

  func encode(_ value: String) throws { try encoder.write(.string(value)) }

  func encode(_ value: Int) throws { try encoder.write(.integer(value)) }

  func encode<T: FixedWidthInteger & Encodable>(_ value: T) throws { try encoder.write(encoder.value(value)) }

  func encode<T: BinaryFloatingPoint & Encodable>(_ value: T) throws {
    try encoder.write(encoder.value(value, at: nil))
  }

  func encode<T: Encodable>(_ value: T) throws { try encoder.encode(value) }
}
