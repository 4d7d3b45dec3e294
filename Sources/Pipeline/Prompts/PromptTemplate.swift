/// A text with places for values: `{{name}}`, and `{{tool name}}` for the name of a tool that must be offered.
///
/// What stands between `{{if tool name}}` and `{{end}}` is there only where that tool is offered; what stands behind an
/// `{{else}}` between them, only where it is not.
package struct PromptTemplate: Hashable, Sendable {
  package let name: String
  package let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Puts the values in; a name that is unknown, or given and not used, is a mistake of the program and throws.
  package func rendered(_ values: [String: String], tools: Set<String> = []) throws(PromptError) -> String {
    var unused = Set(values.keys)
    var result = ""
    var rest = Substring(text)
    // Whether the text is left out; nil outside of a choice.
    var isLeftOut: Bool?
    while let open = Self.range(of: "{{", in: rest) {
      if isLeftOut != true { result += rest[..<open] }
      let inside = rest[open...].dropFirst(2)
      guard let close = Self.range(of: "}}", in: inside) else { throw .unclosed(template: name) }
      let place = String(inside[..<close])
      rest = inside[close...].dropFirst(2)
      switch (place, isLeftOut) {
      case ("else", .some(let wasLeftOut)):
        isLeftOut = !wasLeftOut
      case ("end", .some):
        isLeftOut = nil
      case (_, nil) where place.hasPrefix("if tool "):
        isLeftOut = !tools.contains(String(place.dropFirst(8)))
      case (_, true):
        break
      default:
        result += try text(of: place, values, tools)
        unused.remove(place)
      }
    }
    if isLeftOut != nil { throw .unclosed(template: name) }
    if let name = unused.min() { throw .unusedName(name, template: self.name) }
    return result + rest
  }

  private func text(
    of place: String,
    _ values: [String: String],
    _ tools: Set<String>
  ) throws(PromptError) -> String {
    if place.hasPrefix("tool ") {
      let tool = String(place.dropFirst(5))
      guard tools.contains(tool) else { throw .toolNotOffered(tool, template: name) }
      return "`\(tool)`"
    }
    guard let value = values[place] else { throw .unknownName(place, template: name) }
    return value
  }

  private static func range(of mark: String, in text: Substring) -> Substring.Index? {
    let wanted = Array(mark.utf8)
    let bytes = text.utf8
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == wanted[0], bytes[index...].starts(with: wanted) { return index }
      index = bytes.index(after: index)
    }
    return nil
  }
}

/// What is wrong with a prompt's template, or with how it is used.
package enum PromptError: Error, Hashable {
  case missing(String)
  case unclosed(template: String)
  case unknownName(String, template: String)
  case unusedName(String, template: String)
  case toolNotOffered(String, template: String)
}

extension PromptError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let name): "The program has no prompt '\(name)'."
    case .unclosed(let template): "A place in the prompt '\(template)' is not closed."
    case .unknownName(let name, let template): "The prompt '\(template)' wants '\(name)', which nobody gives."
    case .unusedName(let name, let template): "The prompt '\(template)' does not use '\(name)'."
    case .toolNotOffered(let tool, let template):
      "The prompt '\(template)' names the tool '\(tool)', which is not offered there."
    }
  }
}
