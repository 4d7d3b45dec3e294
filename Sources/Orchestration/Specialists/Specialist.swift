import JSON
package import Pipeline

/// Somebody whom the arbiter can consult.
package protocol Specialist: Sendable {
  var role: SpecialistRole { get }

  /// Answers a question; it may look at files, and changes none.
  func answer(_ question: SpecialistQuestion) async throws(ModelError) -> String
}

/// What a specialist is asked.
package struct SpecialistQuestion: Hashable, Sendable {
  package var query: String
  package var context: String
  /// What the project and the models have shown of it, in words.
  package var evidence: String
  /// What is so in the run, in words.
  package var situation: String
  /// What was said between the asker and the specialist before.
  package var history: [Message]

  package init(
    query: String,
    context: String = "",
    evidence: String = "",
    situation: String = "",
    history: [Message] = []
  ) {
    self.query = query
    self.context = context
    self.evidence = evidence
    self.situation = situation
    self.history = history
  }
}

/// Looks things up for a specialist: the tools that only read, answered by the same handlers as a phase's.
package struct ReadingDesk: Sendable {
  package var tools: [ToolDefinition] { offered.definitions }
  let offered: OfferedTools
  private let look: @Sendable (ToolCall, _ limit: Int) async throws -> String

  /// Takes what carries a call out and shows so many bytes at most.
  package init(tools: [ToolDefinition], _ look: @escaping @Sendable (ToolCall, Int) async throws -> String) {
    offered = OfferedTools(tools)
    self.look = look
  }

  /// What the call shows, in so many bytes at most, or what is wrong with it, in words.
  func answer(_ call: ToolCall, limit: Int) async -> String {
    guard tools.contains(where: { $0.name == call.name }) else {
      return "There is no tool '\(call.name)' here; you can only read."
    }
    do {
      return try await look(call, limit)
    } catch {
      return "\(error)"
    }
  }
}

/// A specialist that is a model.
package struct ModelSpecialist: Specialist {
  package let role: SpecialistRole
  private let tool: any ModelTool
  private let desk: ReadingDesk
  /// How often it may look something up for one question.
  private let lookUps: Int

  package init(role: SpecialistRole, tool: any ModelTool, desk: ReadingDesk, lookUps: Int = 4) {
    self.role = role
    self.tool = tool
    self.desk = desk
    self.lookUps = lookUps
  }

  package func answer(_ question: SpecialistQuestion) async throws(ModelError) -> String {
    let line = "[phase=consultation role=\(role.rawValue) attempt=1]"
    var text = "\(line)\n\n## Question\n\n\(question.query)"
    if !question.context.isEmpty { text += "\n\n## Context\n\n\(question.context)" }
    if !question.evidence.isEmpty { text += "\n\n## Evidence\n\n\(question.evidence)" }
    if !question.situation.isEmpty { text += "\n\n## Where the run stands\n\n\(question.situation)" }
    var messages: [Message] = [.system(role.systemPrompt)] + question.history + [.user(text)]
    let rounds = ReadingRounds(tool: tool, desk: desk, lookUps: lookUps)
    let (reply, isLast) = try await rounds.reply(to: &messages, format: role.format)
    if isLast || reply.finish == .length || role.isInForm(reply.content) { return Self.words(of: reply.content) }
    messages.append(.assistant(reply.content))
    messages.append(.user("\(line)\n\nGive that answer in the form that is asked for."))
    return Self.words(of: try await tool.reply(to: messages, tools: [], format: role.format).content)
  }

  /// A structured answer as a model or a person reads it best; anything else as it is.
  static func words(of content: String) -> String {
    guard let object = (try? JSONValue(parsing: content))?.object else { return content }
    return object.compactMap { key, value in
      let name = key.split(separator: "_").joined(separator: " ")
      switch value {
      case .string(let text): return text.isEmpty ? nil : "\(name): \(text)"
      case .array(let items):
        let lines = items.map { "- \(line(of: $0))" }
        return lines.isEmpty ? nil : "\(name):\n\(lines.joined(separator: "\n"))"
      default: return "\(name): \(value.text())"
      }
    }.joined(separator: "\n")
  }

  private static func line(of item: JSONValue) -> String {
    guard let object = item.object else { return item.string ?? item.text() }
    return object.map { $0.value.string ?? $0.value.text() }.joined(separator: ": ")
  }
}
