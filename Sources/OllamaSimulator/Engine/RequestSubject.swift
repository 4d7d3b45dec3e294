import JSON

/// What the conditions of a scenario ask about a request.
struct RequestSubject: Sendable {
  let path: String
  var model: String?
  var line: FixedLine?
  var toolNames: [String] = []
  var systemTexts: [String] = []
  var lastText = ""
  var lastRole: String?

  init(path: String) {
    self.path = path
  }

  init(_ request: ChatRequest) {
    path = Scenario.Condition.chatPath
    model = request.model
    line = FixedLine(messages: request.messages)
    toolNames = request.toolNames
    systemTexts = request.messages.filter { $0["role"]?.string == "system" }.compactMap { $0["content"]?.string }
    lastText = request.messages.last?["content"]?.string ?? ""
    lastRole = request.messages.last?["role"]?.string
  }
}

extension Scenario.Condition {
  /// The key that a request does not meet, `nth` and `chance` aside; nil if it meets all.
  func firstUnmetKey(_ subject: RequestSubject) -> String? {
    if path != subject.path { return "path" }
    if let phase, subject.line?["phase"] != phase { return "phase" }
    if let task, subject.line?["task"] != task { return "task" }
    if let role, subject.line?["role"] != role { return "role" }
    if let model, subject.model.map(canonicalModelName) != canonicalModelName(model) { return "model" }
    if let toolOffered, !subject.toolNames.contains(toolOffered) { return "tool_offered" }
    if let lacks, subject.toolNames.contains(lacks) { return "lacks" }
    if let systemContains, !subject.systemTexts.contains(where: { contains($0, systemContains) }) {
      return "system_contains"
    }
    if let lastContains, !contains(subject.lastText, lastContains) { return "last_contains" }
    if let lastRole, subject.lastRole != lastRole.rawValue { return "last_role" }
    return nil
  }
}

private func contains(_ text: String, _ part: String) -> Bool {
  part.isEmpty || text[...].utf8.divided(at: part).after != nil
}
