/// One step from a JSON value to a value inside it.
enum JSONPathStep: Hashable, CodingKey {
  case member(String)
  case element(Int)

  init(_ key: any CodingKey) {
    if let step = key as? JSONPathStep {
      self = step
    } else {
      self = .member(key.stringValue)
    }
  }

  init(stringValue: String) { self = .member(stringValue) }
  init(intValue: Int) { self = .element(intValue) }

  var stringValue: String {
    switch self {
    case .member(let name): name
    case .element(let index): "\(index)"
    }
  }

  var intValue: Int? {
    if case .element(let index) = self { index } else { nil }
  }
}

/// The steps from the outermost value to one inside it.
struct JSONPath: CustomStringConvertible {
  var steps: [JSONPathStep]

  /// The path as in `tasks[2].id`; a name that could be misread is written as `files["a.b"]`.
  var description: String {
    var text = ""
    for step in steps {
      switch step {
      case .element(let index): text += "[\(index)]"
      case .member(let name) where isPlain(name): text += text.isEmpty ? name : ".\(name)"
      case .member(let name): text += "[\(JSONValue.string(name).text())]"
      }
    }
    return text
  }

  private func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains { $0 <= 0x20 || $0 == 0x7F || ".[]\"'".utf8.contains($0) }
  }
}
