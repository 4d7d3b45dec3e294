/// Words what models are told.
package protocol PromptProvider: Sendable {
  /// The part that stays the same for all steps of a phase, so that servers can keep it in their prefix cache.
  func system(_ prompt: SystemPrompt) throws -> String

  /// The message that begins a step; it starts with the fixed line `[phase=… task=… role=… attempt=…]`.
  func request(_ prompt: StepPrompt) throws -> String
}

/// What a system prompt is made of.
package struct SystemPrompt: Hashable, Sendable {
  package var phase: PhaseName
  /// The phase's tools, one line each, as the registry words them.
  package var tools: String
  package var toolNames: Set<String>
  /// The content of AGENTS.md; empty without one.
  package var instructions: String
  /// The content of MASTER_PLAN.md.
  package var plan: String

  package init(phase: PhaseName, tools: String, toolNames: Set<String>, instructions: String, plan: String) {
    self.phase = phase
    self.tools = tools
    self.toolNames = toolNames
    self.instructions = instructions
    self.plan = plan
  }
}

/// What the first message of a step is made of.
package struct StepPrompt: Hashable, Sendable {
  package var phase: PhaseName
  package var task: TaskID?
  package var role: String
  package var attempt: Int
  package var toolNames: Set<String>
  package var sections: [PromptSection]

  package init(
    phase: PhaseName,
    task: TaskID?,
    role: String,
    attempt: Int,
    toolNames: Set<String>,
    sections: [PromptSection]
  ) {
    self.phase = phase
    self.task = task
    self.role = role
    self.attempt = attempt
    self.toolNames = toolNames
    self.sections = sections
  }
}

extension StepPrompt {
  /// The fixed line with which every message of ours to a model begins, so that it can be told what a prompt is about.
  package var line: String {
    let task = task.map { " task=\($0)" } ?? ""
    return "[phase=\(phase.rawValue)\(task) role=\(role) attempt=\(attempt)]"
  }
}

/// A titled part of a prompt; one without text is left out.
package struct PromptSection: Hashable, Sendable {
  package var title: String
  package var text: String

  package init(_ title: String, _ text: String) {
    self.title = title
    self.text = text
  }
}
