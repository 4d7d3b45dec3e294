import JSON

/// Compares arguments with parameters and says exactly what does not fit; it never guesses what was meant.
struct ToolArgumentChecker {
  private(set) var mistakes: [String] = []

  /// Answers the values that fit.
  ///
  /// Absent, null and empty optional texts are one and the same.
  mutating func check(_ given: JSONObject, against parameters: [ToolParameter], at place: String) -> JSONObject {
    var values = JSONObject()
    for name in given.keys where !parameters.contains(where: { $0.name == name }) {
      let known = parameters.map { "'\($0.name)'" }.joined(separator: ", ")
      mistakes.append("There is no argument '\(place)\(name)'; the arguments are \(known).")
    }
    for parameter in parameters {
      let name = place + parameter.name
      guard let value = given[parameter.name], !value.isNull else {
        if parameter.isRequired { mistakes.append("The argument '\(name)' is missing.") }
        continue
      }
      if !parameter.isRequired && value == "" { continue }
      if let value = check(value, as: parameter.type, at: name) { values[parameter.name] = value }
    }
    return values
  }

  private mutating func check(_ value: JSONValue, as type: ToolParameter.Kind, at place: String) -> JSONValue? {
    switch type {
    case .text:
      guard let text = value.string else { return mistake("'\(place)' must be a string, not \(value.typeName).") }
      if text.utf8.contains(where: { $0 > UInt8(ascii: " ") }) { return value }
      return mistake("'\(place)' must not be empty.")
    case .content:
      if value.string != nil { return value }
      return mistake("'\(place)' must be a string, not \(value.typeName).")
    case .integer(let range):
      guard let number = value.integer else {
        return mistake("'\(place)' must be a whole number, not \(describe(value)).")
      }
      if range.contains(number) { return .integer(number) }
      let limit =
        range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      return mistake("'\(place)' must be \(limit), not \(number).")
    case .choice(let choices):
      if let text = value.string, choices.contains(text) { return value }
      let list = choices.map { "'\($0)'" }.joined(separator: ", ")
      return mistake("'\(place)' must be one of \(list), not \(describe(value)).")
    case .list(let element):
      guard let array = value.array else { return mistake("'\(place)' must be an array, not \(value.typeName).") }
      return .array(array.enumerated().compactMap { check($1, as: element, at: "\(place)[\($0 + 1)]") })
    case .record(let parameters):
      guard let object = value.object else { return mistake("'\(place)' must be an object, not \(value.typeName).") }
      return .object(check(object, against: parameters, at: "\(place)."))
    }
  }

  private mutating func mistake(_ message: String) -> JSONValue? {
    mistakes.append(message)
    return nil
  }

  private func describe(_ value: JSONValue) -> String {
    if let text = value.string, text.utf8.count <= 60 { return "'\(text)'" }
    return value.typeName
  }
}
