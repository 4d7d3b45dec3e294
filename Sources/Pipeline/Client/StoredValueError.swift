import JSON

/// A stored value that does not have the shape it was stored with.
package struct StoredValueError: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }

  /// Returns the member of an object, or throws with the name of what was expected.
  static func require<Value>(_ value: Value?, _ key: String, of type: String) throws(StoredValueError) -> Value {
    guard let value else { throw StoredValueError("A stored \(type) has no valid '\(key)'.") }
    return value
  }
}
