/// The members of a JSON object, in order; a later member of the same name replaces the value of the earlier one.
///
/// Look-up is linear while an object is small, as nearly all are, and by an index above that.
package struct JSONObject: Sendable {
  package private(set) var members: [(key: String, value: JSONValue)] = []
  private var index: [String: Int] = [:]

  private static let indexedFrom = 16

  package init() {}

  package init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map { $0.key } }

  /// The value of a member; setting nil removes it.
  package subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?):
        members[position].value = value
      case (let position?, nil):
        members.remove(at: position)
        rebuildIndex()
      case (nil, let value?):
        members.append((key, value))
        if members.count > Self.indexedFrom {
          index[key] = members.count - 1
        } else if members.count == Self.indexedFrom {
          rebuildIndex()
        }
      case (nil, nil):
        break
      }
    }
  }

  private func position(of key: String) -> Int? {
    members.count < Self.indexedFrom ? members.firstIndex { $0.key == key } : index[key]
  }

  private mutating func rebuildIndex() {
    index = [:]
    guard members.count >= Self.indexedFrom else { return }
    for (position, member) in members.enumerated() { index[member.key] = position }
  }
}

extension JSONObject: Sequence {
  package func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> { members.makeIterator() }
}

extension JSONObject: Hashable {
  /// Two objects are equal if they have the same members, in whatever order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }

  package func hash(into hasher: inout Hasher) {
    for key in keys.sorted() {
      hasher.combine(key)
      hasher.combine(self[key])
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
