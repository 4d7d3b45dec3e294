package import JSON

/// What a specialist is for.
package enum SpecialistRole: String, CaseIterable, Codable, Sendable {
  case coding
  case reasoning
  case analysis
  case interpreter

  /// The arbiter's tool that consults it.
  var toolName: String { "consult_\(rawValue)_specialist" }

  /// What the arbiter is told of it.
  var summary: String {
    switch self {
    case .coding: "Ask the coding specialist how something is to be written or mended."
    case .reasoning: "Ask the reasoning specialist for the root cause of a failure and what to do about it."
    case .analysis: "Ask the analysis specialist what is in the code: structure, defects, what a change touches."
    case .interpreter: "Ask the interpreter what an unclear answer means."
    }
  }

  var systemPrompt: String {
    let duty =
      switch self {
      case .coding:
        "You are the coding specialist. Say exactly which code to write or change and where, with short examples."
      case .reasoning:
        "You are the reasoning specialist. Find the root cause of what went wrong from the evidence, weigh the options, "
          + "and recommend one."
      case .analysis:
        "You are the analysis specialist. Look at the code and say what is there and what is wrong with it."
      case .interpreter: "You are the interpreter. Say in plain words what the text you are given means."
      }
    return """
      \(duty)
      You are consulted by the arbiter of a software pipeline. You can read files, but change nothing. Your answer goes \
      to the arbiter, and on to the model that does the next step: be concrete, name files and lines, and be brief.
      """
  }

  /// Whether an answer has all that the form asks for; any answer where there is none.
  func isInForm(_ answer: String) -> Bool {
    guard let format else { return true }
    guard let found = (try? JSONValue(parsing: answer))?.object else { return false }
    return (format["required"]?.array ?? []).allSatisfy { name in name.string.map { found[$0] != nil } ?? true }
  }

  /// The form of the answer; nil where it is free text.
  package var format: JSONValue? {
    func text(_ description: String) -> JSONValue { ["type": "string", "description": .string(description)] }
    let texts: JSONValue = ["type": "array", "items": ["type": "string"]]
    switch self {
    case .reasoning:
      return [
        "type": "object",
        "properties": [
          "root_cause": text("Why it went wrong."), "options": texts, "recommendation": text("What to do."),
          "risks": texts, "next_steps": texts,
        ],
        "required": ["root_cause", "recommendation", "next_steps"],
      ]
    case .analysis:
      return [
        "type": "object",
        "properties": [
          "findings": [
            "type": "array",
            "items": [
              "type": "object",
              "properties": ["path": text("The file."), "finding": text("What is there.")],
              "required": ["finding"],
            ],
          ],
          "summary": text("What it comes to."),
        ],
        "required": ["findings", "summary"],
      ]
    case .coding, .interpreter: return nil
    }
  }
}
