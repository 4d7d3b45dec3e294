import JSON

/// The ways to write a call that can hold every text.
enum CallForm: CaseIterable {
  case json, fenced, tagged, named, python, tripleQuoted, parameterTags, ownTags, harmony, gemma

  /// A call that writes `content` to the file `x`.
  func text(_ content: String) -> String {
    let arguments = "{\"path\": \"x\", \"content\": \(JSONValue.string(content).text())}"
    switch self {
    case .json: return "{\"name\": \"write_file\", \"arguments\": \(arguments)}"
    case .fenced: return "```json\n{\"name\": \"write_file\", \"arguments\": \(arguments)}\n```"
    case .tagged:
      return "<tool_call>\n{\"name\": \"write_file\", \"arguments\": \(arguments)}\n</tool_call>"
    case .named: return "write_file\n\(arguments)"
    case .python: return "[write_file(path='x', content=\(Self.python(content)))]"
    case .tripleQuoted:
      let escaped = content.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return "write_file(path=\"x\", content=\"\"\"\(escaped)\"\"\")"
    case .parameterTags:
      return "<function=write_file>\n<parameter=path>\nx\n</parameter>\n"
        + "<parameter=content>\n\(content)\n</parameter>\n</function>"
    case .ownTags: return "<write_file><path>x</path><content>\n\(content)\n</content></write_file>"
    case .harmony:
      return "<|channel|>commentary to=functions.write_file<|message|>\(arguments)<|call|>"
    case .gemma:
      return "<start_function_call>call:write_file{path:<escape>x<escape>,"
        + "content:<escape>\(content)<escape>}<end_function_call>"
    }
  }

  private static func python(_ text: String) -> String {
    var literal = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": literal += "\\\\"
      case "'": literal += "\\'"
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "'"
  }
}
