import JSON

/// Tells which calls a JSON value stands for.
struct CallShape {
  let index: ToolIndex

  static let nameKeys: Set<String> = [
    "name", "tool_name", "function_name", "tool", "function", "tool_call", "function_call", "action", "call",
    "recipient_name", "toolName", "functionName", "api", "command",
  ]
  static let argumentKeys: Set<String> = [
    "arguments", "parameters", "args", "params", "kwargs", "input", "tool_input", "action_input", "arguments_json",
    "tool_args", "tool_arguments", "tool_parameters", "function_args", "function_arguments",
  ]
  private static let wrapperKeys: Set<String> = [
    "function", "tool_call", "function_call", "tool", "call", "command", "tool_calls", "function_calls", "tools",
    "calls",
    "functions", "tool_uses",
  ]
  /// What may stand beside the arguments without being one.
  private static let besideKeys: Set<String> = ["type", "id", "index", "thought", "reasoning", "tool_call_id"]

  /// Whether an object whose first member is `key` is likely meant as a call.
  func beginsCall(_ key: String) -> Bool {
    Self.nameKeys.contains(key) || Self.argumentKeys.contains(key) || Self.wrapperKeys.contains(key)
      || index.tool(key) != nil
  }

  func candidate(_ object: JSONObject, _ mends: Mends = []) -> Candidate {
    if let wrapped = wrapped(object, mends) { return wrapped }
    var unknown: String?
    for (key, value) in object where Self.nameKeys.contains(key) {
      guard let name = value.string else { continue }
      if let (tool, spelling) = index.tool(unescaped(name)) {
        let isEscaped = name.utf8.contains(UInt8(ascii: "\\"))
        return call(of: tool, in: object, nameKey: key, mends.union(spelling).union(isEscaped ? .escapedMarkdown : []))
      }
      if unknown == nil, object.contains(where: { $0.key != key && Self.argumentKeys.contains($0.key) }) {
        unknown = name
      }
    }
    if let calls = namedByKey(object, mends) { return .calls(calls) }
    if let unknown { return .mistake(.unknownTool(unknown, among: index)) }
    return .other
  }

  private func unescaped(_ name: String) -> String {
    name.utf8.contains(UInt8(ascii: "\\"))
      ? String(decoding: name.utf8.filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self) : name
  }

  /// Reads `{"function": {…}}`, `{"tool_calls": […]}` and their like.
  private func wrapped(_ object: JSONObject, _ mends: Mends) -> Candidate? {
    for (key, value) in object where Self.wrapperKeys.contains(key) {
      switch value {
      case .object(var inner):
        if !inner.contains(where: { Self.argumentKeys.contains($0.key) }) {
          for (name, value) in object where Self.argumentKeys.contains(name) { inner[name] = value }
        }
        let candidate = candidate(inner, mends)
        if case .other = candidate { continue }
        return candidate
      case .array(let values):
        var calls: [RawCall] = []
        for case .object(let inner) in values {
          switch candidate(inner, mends) {
          case .calls(let found): calls += found
          case .mistake(let mistake): return .mistake(mistake)
          case .other: continue
          }
        }
        if !calls.isEmpty { return .calls(calls) }
      default: continue
      }
    }
    return nil
  }

  private func call(of tool: ToolSchema, in object: JSONObject, nameKey: String, _ mends: Mends) -> Candidate {
    var call = RawCall(tool: tool, mends: mends)
    let others = object.members.filter { $0.key != nameKey && !Self.besideKeys.contains($0.key) }
    guard let given = others.first(where: { Self.argumentKeys.contains($0.key) }) else {
      if object["description"] != nil, tool.properties["description"] == nil { return .other }
      for (key, value) in others {
        guard tool.properties[key] != nil else { return .other }
        call.named[key] = value
      }
      if !others.isEmpty { call.mends.insert(.flatArguments) }
      return .calls([call])
    }
    return fill(&call, with: given.value) ? .calls([call]) : .other
  }

  /// Puts the value of `arguments` into a call; false if that is a declaration of the tool and no call.
  func fill(_ call: inout RawCall, with value: JSONValue) -> Bool {
    switch value {
    case .object(let object):
      let isDeclaration = object["properties"]?.object != nil && call.tool.properties["properties"] == nil
      call.named = object
      return !isDeclaration
    case .array(let values):
      call.positional = values
    case .null:
      break
    case .string(let text):
      var reader = LenientReader(Array(text.utf8), at: 0, isFinal: true)
      reader.skipSpace()
      if reader.peek == UInt8(ascii: "{"), let object = try? reader.object(), !reader.mends.contains(.missingClose) {
        call.mends.formUnion(reader.mends.union(.argumentsAsText))
        call.named = object
      } else if !text.isEmpty {
        call.positional = [value]
        call.isBare = true
      }
    default:
      call.positional = [value]
      call.isBare = true
    }
    return true
  }

  /// Reads `{"tool": {arguments}}`, with several tools in one object or several calls of one.
  private func namedByKey(_ object: JSONObject, _ mends: Mends) -> [RawCall]? {
    var calls: [RawCall] = []
    for (key, value) in object {
      guard let (tool, spelling) = index.tool(unescaped(key)) else { return nil }
      let values = value.array ?? [value]
      for value in values {
        guard case .object(let arguments) = value else { return nil }
        var call = RawCall(tool: tool, mends: mends.union(spelling))
        guard fill(&call, with: .object(arguments)) else { return nil }
        calls.append(call)
      }
    }
    return calls.isEmpty ? nil : calls
  }
}
