import JSON

/// A call as it stands in the text, before it is held against the tool's schema.
struct RawCall {
  let tool: ToolSchema
  var positional: [JSONValue] = []
  var named = JSONObject()
  var mends: Mends = []
  /// Arguments whose text was cut, so that something may be missing in them.
  var isCut = false
  /// The value is neither named nor in a place of its own.
  var isBare = false
}

/// What a piece of text turned out to be.
enum Candidate {
  case calls([RawCall])
  /// It looks like a call but is none.
  case mistake(CallMistake)
  /// It is a value, but no call.
  case other
}

extension CallMistake {
  static func unknownTool(_ name: String, among index: ToolIndex) -> CallMistake {
    let names = index.tools.map { "'\($0.name)'" }.joined(separator: ", ")
    return CallMistake(
      kind: .unknownTool,
      name: name,
      message: "There is no tool '\(name)'. " + (names.isEmpty ? "No tool is offered." : "The tools are \(names).")
    )
  }

  static func insideCode(_ tool: ToolSchema) -> CallMistake {
    CallMistake(
      kind: .insideCode,
      name: tool.name,
      message: "The call of '\(tool.name)' stands in a block of code, as an example would; write it by itself."
    )
  }

  static func unreadable(_ tool: ToolSchema?, _ reason: String) -> CallMistake {
    let what = tool.map { "the call of '\($0.name)'" } ?? "the tool call"
    return CallMistake(
      kind: .unreadableArguments,
      name: tool?.name,
      message: "The arguments of \(what) could not be read: \(reason)."
    )
  }
}
