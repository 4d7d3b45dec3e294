package import JSON

/// Fits a call to the schema of the tool that it names, as far as that does not change what it means.
package struct ArgumentCoercion: Sendable {
  let index: ToolIndex

  package init(tools: [ToolSchema]) {
    index = ToolIndex(tools)
  }

  init(index: ToolIndex) {
    self.index = index
  }

  /// The call that a name and arguments stand for, as a server delivers them.
  package func call(name: String, arguments: JSONValue) throws(CallMistake) -> FoundCall {
    guard let (tool, spelling) = index.tool(name) else { throw .unknownTool(name, among: index) }
    var raw = RawCall(tool: tool, mends: spelling)
    guard CallShape(index: index).fill(&raw, with: arguments) else {
      throw .unreadable(tool, "they are a schema and no values")
    }
    return try call(raw)
  }

  func call(_ raw: RawCall) throws(CallMistake) -> FoundCall {
    let tool = raw.tool
    let properties = tool.properties
    var mends = raw.mends
    var guessed: [String] = []
    var arguments = raw.named
    if !raw.positional.isEmpty {
      arguments = try placed(raw, &mends, &guessed)
    }
    arguments = renamed(arguments, properties, &mends)
    if let guess = guess(arguments, tool) {
      guessed.append(guess.name)
      arguments = JSONObject(arguments.map { ($0.key == guess.given ? guess.name : $0.key, $0.value) })
    }
    var coerced = JSONObject()
    for (name, value) in arguments {
      guard let schema = properties[name] else {
        coerced[name] = value
        continue
      }
      let isOptional = !tool.required.contains(name)
      let fitted = ValueCoercion.fit(value, to: schema, &mends)
      if isOptional, fitted.isNull, !ValueCoercion.accepts(.null, schema) {
        mends.insert(.droppedNull)
      } else {
        coerced[name] = fitted
      }
    }
    if let missing = tool.required.first(where: { coerced[$0] == nil }) {
      throw CallMistake(
        kind: .missingArgument,
        name: tool.name,
        message: "The call of '\(tool.name)' lacks the required argument '\(missing)'."
      )
    }
    if tool.changesFiles { try refuseDoubt(raw, mends, guessed) }
    return FoundCall(name: tool.name, arguments: coerced, mends: mends, guessed: guessed)
  }

  /// Gives arguments without names the names of the schema, in its order.
  private func placed(
    _ raw: RawCall,
    _ mends: inout Mends,
    _ guessed: inout [String]
  ) throws(CallMistake) -> JSONObject {
    let properties = raw.tool.properties
    if raw.positional.count == 1, raw.named.isEmpty, case .object(let object) = raw.positional[0],
      ValueCoercion.types(properties.members.first?.value ?? [:]) != ["object"]
        || object.contains(where: { properties[$0.key] != nil })
    {
      return object
    }
    guard raw.positional.count <= properties.count else {
      throw .unreadable(raw.tool, "there are \(raw.positional.count) values for \(properties.count) parameters")
    }
    var arguments = JSONObject()
    for (value, property) in zip(raw.positional, properties) {
      arguments[property.key] = value
      if raw.isBare { guessed.append(property.key) }
    }
    if raw.isBare, raw.tool.required.count > 1 || (properties.count > 1 && raw.tool.required != guessed) {
      throw .unreadable(raw.tool, "they are no object with the names of the parameters")
    }
    mends.insert(.positionalArguments)
    for (name, value) in raw.named {
      guard arguments[name] == nil else { throw .unreadable(raw.tool, "'\(name)' is given twice") }
      arguments[name] = value
    }
    return arguments
  }

  /// Spells the names of arguments as the schema does.
  private func renamed(_ arguments: JSONObject, _ properties: JSONObject, _ mends: inout Mends) -> JSONObject {
    guard !arguments.isEmpty, arguments.contains(where: { properties[$0.key] == nil }) else { return arguments }
    var renamed = JSONObject()
    for (name, value) in arguments {
      guard properties[name] == nil else {
        renamed[name] = value
        continue
      }
      let spelling = ToolIndex.spelling(name)
      let matches = properties.keys.filter { ToolIndex.spelling($0) == spelling }
      if matches.count == 1, arguments[matches[0]] == nil, renamed[matches[0]] == nil, !spelling.isEmpty {
        mends.insert(.argumentName)
        renamed[matches[0]] = value
      } else {
        renamed[name] = value
      }
    }
    return renamed
  }

  /// The one required argument that the one unknown argument must be, if there is one of each and their types agree.
  private func guess(_ arguments: JSONObject, _ tool: ToolSchema) -> (given: String, name: String)? {
    let properties = tool.properties
    guard arguments.contains(where: { properties[$0.key] == nil }) else { return nil }
    let unknown = arguments.members.filter { properties[$0.key] == nil }
    let missing = tool.required.filter { arguments[$0] == nil }
    guard unknown.count == 1, missing.count == 1, let schema = properties[missing[0]],
      ValueCoercion.accepts(unknown[0].value, schema)
    else { return nil }
    return (unknown[0].key, missing[0])
  }

  /// Refuses a call that changes files if anything of it could have been meant otherwise.
  private func refuseDoubt(_ raw: RawCall, _ mends: Mends, _ guessed: [String]) throws(CallMistake) {
    if let name = guessed.first {
      throw CallMistake(
        kind: .guessedArgument,
        name: raw.tool.name,
        message: "The call of '\(raw.tool.name)' must name its argument '\(name)'."
      )
    }
    if raw.isCut { throw .unreadable(raw.tool, "they are cut off at the end") }
    let doubt = mends.intersection(.doubtful)
    if let doubt = doubt.descriptions.first { throw .unreadable(raw.tool, "there is a doubtful place (\(doubt))") }
  }
}
