/// The decoder of one value; several types may read the same one, as an enum and its payload do.
final class JSONValueDecoder: Decoder {
  let value: JSONValue
  private let parent: JSONValueDecoder?
  private let step: JSONPathStep?

  init(_ value: JSONValue, parent: JSONValueDecoder? = nil, step: JSONPathStep? = nil) {
    self.value = value
    self.parent = parent
    self.step = step
  }

  var userInfo: [CodingUserInfoKey: Any] { [:] }
  var codingPath: [any CodingKey] { path.steps }

  var path: JSONPath {
    var path = parent?.path ?? JSONPath(steps: [])
    if let step { path.steps.append(step) }
    return path
  }

  func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw mismatch("an object", value, at: nil) }
    return KeyedDecodingContainer(KeyedJSONDecodingContainer(decoder: self, object: object))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch("a list", value, at: nil) }
    return UnkeyedJSONDecodingContainer(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleValueJSONDecodingContainer(decoder: self)
  }
}

// MARK: - Reading

// A value of nil is one that is not there; a step of nil means the decoder's own value.
extension JSONValueDecoder {
  func bool(_ value: JSONValue?, at step: JSONPathStep?) throws(JSONCodingError) -> Bool {
    guard case .bool(let bool) = value else { throw mismatch("a boolean", value, at: step) }
    return bool
  }

  func string(_ value: JSONValue?, at step: JSONPathStep?) throws(JSONCodingError) -> String {
    guard case .string(let string) = value else { throw mismatch("a string", value, at: step) }
    return string
  }

  func number<T: BinaryFloatingPoint>(_ value: JSONValue?, at step: JSONPathStep?) throws(JSONCodingError) -> T {
    guard let double = value?.double else { throw mismatch("a number", value, at: step) }
    let number = T(double)
    guard number.isFinite else {
      let limit = T.greatestFiniteMagnitude
      throw error("Expected a number from -\(limit) to \(limit), found \(double).", at: step)
    }
    return number
  }

  /// Reads an integer, also one written as `3.0` or, beyond `Int`, as a string of its digits.
  func integer<T: FixedWidthInteger>(_ value: JSONValue?, at step: JSONPathStep?) throws(JSONCodingError) -> T {
    if let whole = value?.integer {
      guard let integer = T(exactly: whole) else {
        throw error("Expected an integer from \(T.min) to \(T.max), found \(whole).", at: step)
      }
      return integer
    }
    if case .string(let digits) = value, let integer = T(digits), Int(exactly: integer) == nil { return integer }
    throw mismatch("an integer", value, at: step)
  }

  func decode<T: Decodable>(
    _ type: T.Type,
    _ value: JSONValue?,
    at step: JSONPathStep
  ) throws(JSONCodingError) -> T {
    guard let value else { throw mismatch("a value", nil, at: step) }
    // The elements of every list come this way, and those two are the frequent ones.
    if T.self == String.self, let string = try string(value, at: step) as? T { return string }
    if T.self == JSONValue.self, let json = value as? T { return json }
    return try JSONValueDecoder(value, parent: self, step: step).decode(type)
  }

  /// Lets a type read itself from the decoder's own value.
  func decode<T: Decodable>(_ type: T.Type) throws(JSONCodingError) -> T {
    do {
      if let dictionary = type as? any JSONDictionaryDecodable.Type,
        let decoded = try dictionary.decodedByName(from: self) as? T
      {
        return decoded
      }
      return try T(from: self)
    } catch {
      throw JSONCodingError(error, at: path)
    }
  }

  /// A decoder for a value inside this one; for one that is not there it reads null.
  func child(_ value: JSONValue?, at step: JSONPathStep) -> JSONValueDecoder {
    JSONValueDecoder(value ?? .null, parent: self, step: step)
  }
}

// MARK: - Errors

extension JSONValueDecoder {
  func mismatch(_ expected: String, _ found: JSONValue?, at step: JSONPathStep?) -> JSONCodingError {
    error("Expected \(expected), found \(found?.typeName ?? "nothing").", at: step)
  }

  private func error(_ message: String, at step: JSONPathStep?) -> JSONCodingError {
    var path = path
    if let step { path.steps.append(step) }
    return JSONCodingError(path: path.description, message: message)
  }
}
