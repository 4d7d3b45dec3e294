import JSON

/// The tool calls of an answer while their pieces arrive, some of them only a character long.
struct CallDeltas {
  /// One call; its arguments are still text.
  struct Call {
    var index: Int?
    var id: String
    var name = ""
    var arguments = ""
  }

  private(set) var calls: [Call] = []

  /// Takes a piece, and returns the bytes of text in it.
  mutating func take(_ delta: JSONObject) -> Int {
    let function = delta["function"]?.object ?? [:]
    let position = position(of: delta["index"]?.integer, id: delta["id"]?.string ?? "")
    let name = function["name"]?.string ?? ""
    // A name may come in pieces, and a few servers send the whole name with each piece of the arguments.
    if calls[position].arguments.isEmpty, calls[position].name != name { calls[position].name += name }
    let arguments: String =
      switch function["arguments"] {
      case .string(let text)?: text
      case nil, .null?: ""
      case let other?: other.text()
      }
    calls[position].arguments += arguments
    return name.utf8.count + arguments.utf8.count
  }

  /// Finds the call of a piece by its index and id, either of which servers leave out or give twice.
  private mutating func position(of index: Int?, id: String) -> Int {
    let known: Int? =
      if let index {
        calls.lastIndex { $0.index == index && (id.isEmpty || $0.id.isEmpty || $0.id == id) }
      } else if id.isEmpty {
        calls.indices.last
      } else {
        calls.lastIndex { $0.id == id }
      }
    if let known {
      if calls[known].id.isEmpty { calls[known].id = id }
      return known
    }
    calls.append(Call(index: index, id: id))
    return calls.endIndex - 1
  }
}
