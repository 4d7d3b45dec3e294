import JSON

/// A way in which models spoil their tool calls.
enum Damage: String, CaseIterable, Sendable {
  /// As JSON in a block of code instead of a native call.
  case fencedJSON
  /// In marks, with single quotes: the server swallows it.
  case swallowed
  /// As a call in Python's way.
  case python
  /// In XML.
  case xml
  /// The server answers 500 with what the model wrote.
  case refused
  case unknownTool
  case missingArguments
  case wrongType
  case otherSpelling
  case prose
  case cut
  case empty

  /// What a model so damaged answers instead of `calls`.
  func reply(insteadOf calls: [JSONValue]) -> JSONObject {
    switch self {
    case .fencedJSON: ["reply": ["content": .string(Self.fenced(calls))]]
    case .swallowed:
      ["reply": ["raw": .string(Self.marked(calls).map { Self.singleQuoted($0) }.joined(separator: "\n"))]]
    case .python: ["reply": ["content": .string("[\(calls.map(Self.python).joined(separator: ", "))]")]]
    case .xml: ["reply": ["content": .string(calls.map(Self.xml).joined(separator: "\n"))]]
    case .refused:
      [
        "fault": [
          "kind": "http_status", "status": 500,
          "message": .string(
            "error parsing tool call: raw='\(calls[0].text())]', err=invalid character ']' after top-level value"
          ),
        ]
      ]
    case .unknownTool: ["reply": ["tool_calls": [["name": "do_it_all", "arguments": calls[0]["arguments"] ?? [:]]]]]
    case .missingArguments: ["reply": ["tool_calls": [["name": calls[0]["name"] ?? "", "arguments": [:]]]]]
    case .wrongType:
      ["reply": ["tool_calls": [["name": calls[0]["name"] ?? "", "arguments": Self.numbered(calls[0]["arguments"])]]]]
    case .otherSpelling: ["reply": ["tool_calls": .array(calls.map(Self.respelt))]]
    case .prose: ["reply": ["content": "I will now do what the task asks for."]]
    case .cut: ["reply": ["content": .string(String(Self.fenced(calls).prefix(60))), "done_reason": "length"]]
    case .empty: ["reply": ["content": ""]]
    }
  }

  private static func fenced(_ calls: [JSONValue]) -> String {
    calls.map { "```json\n\($0.text())\n```" }.joined(separator: "\n")
  }

  private static func marked(_ calls: [JSONValue]) -> [String] {
    calls.map { "<tool_call>\n\($0.text())\n</tool_call>" }
  }

  private static func singleQuoted(_ text: String) -> String {
    String(text.map { $0 == "\"" ? "'" : $0 == "'" ? "\"" : $0 })
  }

  private static func python(_ call: JSONValue) -> String {
    let arguments = (call["arguments"]?.object ?? [:]).map { "\($0.key)=\($0.value.text())" }
    return "\(call["name"]?.string ?? "")(\(arguments.joined(separator: ", ")))"
  }

  private static func xml(_ call: JSONValue) -> String {
    let parameters = (call["arguments"]?.object ?? [:]).map { argument in
      "<parameter=\(argument.key)>\n\(argument.value.string ?? argument.value.text())\n</parameter>\n"
    }
    return "<function=\(call["name"]?.string ?? "")>\n\(parameters.joined())</function>"
  }

  private static func numbered(_ arguments: JSONValue?) -> JSONValue {
    .object(JSONObject((arguments?.object ?? [:]).map { ($0.key, 7) }))
  }

  private static func respelt(_ call: JSONValue) -> JSONValue {
    let name = (call["name"]?.string ?? "").split(separator: "_").enumerated()
      .map { $0.offset == 0 ? String($0.element) : $0.element.prefix(1).uppercased() + $0.element.dropFirst() }
    let arguments = (call["arguments"]?.object ?? [:]).map { ($0.key.uppercased(), $0.value) }
    return ["name": .string(name.joined()), "arguments": .object(JSONObject(arguments))]
  }
}

extension Damage {
  /// The rules of a model that spoils a share of its native calls, and of one that is asked in another way.
  ///
  /// Asked with the tools described it writes its calls in marks, as told; an answer that is bound to a schema cannot be
  /// spoilt, which is what binding is for.
  static func rules(_ damages: [Damage], share: Double, over rules: [JSONValue]) -> [JSONValue] {
    rules.flatMap { rule -> [JSONValue] in
      guard let condition = rule["when"]?.object, let calls = rule["reply"]?["tool_calls"]?.array, !calls.isEmpty,
        let first = calls[0]["name"]
      else { return [rule] }
      let damaged = damages.map { damage -> JSONValue in
        var when = condition
        when["tool_offered"] = first
        when["chance"] = .number(share / Double(damages.count))
        var damaged = damage.reply(insteadOf: calls)
        damaged["when"] = .object(when)
        return .object(damaged)
      }
      var described = condition
      described["lacks"] = first
      let text = marked(calls).joined(separator: "\n")
      return damaged + [["when": .object(described), "reply": ["content": .string(text)]], rule]
    }
  }
}
