/// The encoder of one value and whatever that value writes directly into itself.
///
/// Every container asked of one encoder writes to the same place, so what an enum writes and what its payload writes
/// end up in one object. A member or a whole value that is already there is not overwritten: that is an error.
final class JSONValueEncoder: Encoder {
  private enum Kind {
    case empty
    case scalar
    case list
    case object
  }

  private var kind = Kind.empty
  private var scalar = JSONValue.null
  private var elements: [JSONValue] = []
  private var object = JSONObject()
  /// Nested encoders that may still be written to; their places are held by nulls.
  private var children: [JSONValueEncoder] = []
  /// What went wrong where the protocol does not let us throw.
  private var failure: JSONCodingError?

  private let parent: JSONValueEncoder?
  private let step: JSONPathStep?

  init(parent: JSONValueEncoder? = nil, step: JSONPathStep? = nil) {
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

  var count: Int { elements.count }

  func container<Key>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if kind == .empty { kind = .object }
    return KeyedEncodingContainer(KeyedJSONEncodingContainer(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if kind == .empty { kind = .list }
    return UnkeyedJSONEncodingContainer(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleValueJSONEncodingContainer(encoder: self)
  }

  /// The value of what was written; a type that writes nothing is an object without members.
  func finish() throws(JSONCodingError) -> JSONValue {
    for child in children {
      let value = try child.finish()
      switch child.step {
      case .member(let name): object[name] = value
      case .element(let index): elements[index] = value
      case nil: break
      }
    }
    if let failure { throw failure }
    switch kind {
    case .empty, .object: return .object(object)
    case .list: return .array(elements)
    case .scalar: return scalar
    }
  }
}

// MARK: - Writing

extension JSONValueEncoder {
  /// Writes a whole value; the members of an object join those that are already there.
  func write(_ value: JSONValue) throws(JSONCodingError) {
    switch (kind, value) {
    case (.empty, .object(let members)):
      kind = .object
      object = members
    case (.empty, .array(let values)):
      kind = .list
      elements = values
    case (.empty, _):
      kind = .scalar
      scalar = value
    case (.object, .object(let members)):
      for (key, value) in members { try write(value, member: key) }
    default:
      throw conflict(with: value.typeName)
    }
  }

  func write(_ value: JSONValue, member name: String) throws(JSONCodingError) {
    guard kind == .object else { throw conflict(with: "a member") }
    let count = object.count
    object[name] = value
    if object.count == count { throw duplicate(name) }
  }

  func append(_ value: JSONValue) throws(JSONCodingError) {
    guard kind == .list else { throw conflict(with: "an element") }
    elements.append(value)
  }

  /// The value of something that writes itself, to be put at a step from here.
  func encoded<T: Encodable>(_ value: T, at step: JSONPathStep) throws(JSONCodingError) -> JSONValue {
    // The elements of every list come this way, and those two are the frequent ones.
    if T.self == String.self, let string = value as? String { return .string(string) }
    if T.self == JSONValue.self, let json = value as? JSONValue { return json }
    let child = JSONValueEncoder(parent: self, step: step)
    try child.encode(value)
    return try child.finish()
  }

  /// Lets something write itself here.
  func encode<T: Encodable>(_ value: T) throws(JSONCodingError) {
    do {
      if let dictionary = value as? any JSONDictionaryEncodable, try dictionary.encodeByName(to: self) { return }
      try value.encode(to: self)
    } catch {
      throw JSONCodingError(error, at: path)
    }
  }

  /// An encoder for a member that may be written to as long as this one; asking again for a member continues it.
  func child(member name: String) -> JSONValueEncoder {
    let step = JSONPathStep.member(name)
    if let child = children.first(where: { $0.step == step }) { return child }
    do {
      try write(.null, member: name)
    } catch {
      failure = failure ?? error
    }
    return adopt(step)
  }

  /// An encoder for the next element that may be written to as long as this one.
  func childElement() -> JSONValueEncoder {
    do {
      try append(.null)
    } catch {
      failure = failure ?? error
      return JSONValueEncoder(parent: self)
    }
    return adopt(.element(elements.count - 1))
  }

  private func adopt(_ step: JSONPathStep) -> JSONValueEncoder {
    let child = JSONValueEncoder(parent: self, step: step)
    children.append(child)
    return child
  }
}

// MARK: - Scalars

extension JSONValueEncoder {
  func value(_ number: some BinaryFloatingPoint, at step: JSONPathStep?) throws(JSONCodingError) -> JSONValue {
    guard number.isFinite else { throw error("Expected a finite number, found \(number).", at: step) }
    return .number(Double(number))
  }

  /// An integer beyond `Int` becomes a string of its digits, as a double would round it.
  func value(_ integer: some FixedWidthInteger) -> JSONValue {
    Int(exactly: integer).map { .integer($0) } ?? .string(String(integer))
  }
}

// MARK: - Errors

extension JSONValueEncoder {
  private func error(_ message: String, at step: JSONPathStep?) -> JSONCodingError {
    var path = path
    if let step { path.steps.append(step) }
    return JSONCodingError(path: path.description, message: message)
  }

  private func duplicate(_ name: String) -> JSONCodingError {
    error("The member is written twice; rename one of the two.", at: .member(name))
  }

  private func conflict(with found: String) -> JSONCodingError {
    let expected =
      switch kind {
      case .empty, .scalar: "nothing more, as the value is complete"
      case .list: "an element, as the value is a list"
      case .object: "members, as the value is an object"
      }
    return error("Expected \(expected), found \(found).", at: nil)
  }
}
