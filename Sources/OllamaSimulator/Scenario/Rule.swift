extension Scenario {
  /// A condition on requests, and what a request that meets it gets.
  package struct Rule: Hashable, Sendable {
    package let condition: Condition
    /// After how many replies the rule is skipped; nil is never.
    package let times: Int?
    package let reply: Reply?
    package let fault: Fault?

    init(_ reader: inout ScenarioReader) throws(ScenarioError) {
      condition = try reader.object("when", Condition.init) ?? Condition()
      times = try reader.integer("times", in: 1...)
      reply = try reader.object("reply", Reply.init)
      fault = try reader.object("fault", Fault.init)
      guard reply != nil || fault != nil else { throw reader.error("", "has neither 'reply' nor 'fault'.") }
      if condition.path != Condition.chatPath {
        guard reply == nil else {
          throw reader.error("reply", "is for '\(Condition.chatPath)'; on '\(condition.path)' only a fault can be set.")
        }
        guard fault?.kind != .truncatePrompt else {
          throw reader.error("fault.kind", "is for '\(Condition.chatPath)', not for '\(condition.path)'.")
        }
      }
    }
  }

  /// What a request must be like; nil is anything.
  package struct Condition: Hashable, Sendable {
    package var phase: String?
    package var task: String?
    package var role: String?
    package var model: String?
    package var toolOffered: String?
    package var lacks: String?
    package var systemContains: String?
    package var lastContains: String?
    package var lastRole: LastRole?
    package var path = Self.chatPath
    /// The how-manieth request that meets the other conditions.
    package var nth: Int?
    package var chance: Double?

    package static let chatPath = "/api/chat"

    package enum LastRole: String, CaseIterable, Sendable {
      case user
      case tool
    }

    init() {}

    init(_ reader: inout ScenarioReader) throws(ScenarioError) {
      phase = try reader.string("phase")
      task = try reader.string("task")
      role = try reader.string("role")
      model = try reader.string("model")
      toolOffered = try reader.string("tool_offered")
      lacks = try reader.string("lacks")
      systemContains = try reader.string("system_contains")
      lastContains = try reader.string("last_contains")
      lastRole = try reader.choice("last_role")
      if let path = try reader.word("path", among: SimulatorEngine.paths) { self.path = path }
      nth = try reader.integer("nth", in: 1...)
      chance = try reader.number("chance")
      if let chance, !(0...1).contains(chance) { throw reader.error("chance", "must be from 0 to 1.") }
    }
  }
}
