/// The header fields of a message, in order; names are compared without regard to case.
package struct HTTPHeaders: Sendable, Sequence, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [(name: String, value: String)] = []

  package init() {}

  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// The value of the first field of this name.
  package subscript(name: String) -> String? {
    fields.first { Self.areEqual($0.name, name) }?.value
  }

  package mutating func append(_ name: String, _ value: String) {
    fields.append((name, value))
  }

  package func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }

  private static func areEqual(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
