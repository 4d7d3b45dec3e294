package import SourceControl

/// Words what models are told.
package protocol PromptProvider: Sendable {
  /// The part that stays the same for all steps of a phase, so that servers can keep it in their prefix cache.
  func system(_ prompt: SystemPrompt) throws -> String

  /// The message that begins a step; it starts with the fixed line `[phase=… task=… role=… attempt=…]`.
  func request(_ prompt: StepPrompt) throws -> StepRequest
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

extension SystemPrompt {
  static let instructionsTitle = "# The project's own instructions (AGENTS.md)"
  static let planTitle = "# The plan (MASTER_PLAN.md)"

  /// The bytes that are quoted from the project.
  var quotedBytes: Int { instructions.utf8.count + plan.utf8.count }

  /// Where in a system prompt that begins which is quoted from the project; at its end where nothing is.
  package static func quotationStart(in text: String) -> String.Index {
    [instructionsTitle, planTitle].compactMap { text.firstRange(of: "\n\($0)\n")?.upperBound }.min() ?? text.endIndex
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
  /// The task as the step finds it.
  package var record: TaskRecord?
  /// What the whole prompt has to fit into.
  package var window: PromptWindow?

  package init(
    phase: PhaseName,
    task: TaskID?,
    role: String,
    attempt: Int,
    toolNames: Set<String>,
    sections: [PromptSection],
    record: TaskRecord? = nil,
    window: PromptWindow? = nil
  ) {
    self.phase = phase
    self.task = task
    self.role = role
    self.attempt = attempt
    self.toolNames = toolNames
    self.sections = sections
    self.record = record
    self.window = window
  }
}

extension StepPrompt {
  /// The fixed line with which every message of ours to a model begins, so that it can be told what a prompt is about.
  package var line: String {
    let task = task.map { " task=\($0)" } ?? ""
    return "[phase=\(phase.rawValue)\(task) role=\(role) attempt=\(attempt)]"
  }
}

/// The model that is to read a prompt, and what is known of how much it can take in.
package struct PromptWindow: Hashable, Sendable {
  package var model: PhaseModel
  /// The bytes of the system prompt, which stands before the request.
  package var systemBytes: Int
  /// Those among them that are quoted from the project, and may be shortened.
  package var quotedBytes: Int
  /// The bytes of the offered tools, as they are counted against the window.
  package var toolBytes: Int
  package var estimator: TokenEstimator

  package init(
    model: PhaseModel,
    systemBytes: Int,
    quotedBytes: Int = 0,
    toolBytes: Int,
    estimator: TokenEstimator
  ) {
    self.model = model
    self.systemBytes = systemBytes
    self.quotedBytes = quotedBytes
    self.toolBytes = toolBytes
    self.estimator = estimator
  }
}

/// The message that begins a step, as it is worded.
package struct StepRequest: Hashable, Sendable {
  package var text: String
  /// The files among the sections' that the text does not show, for want of room.
  package var leftOut: Set<ProjectPath>
  /// How it was made; nil for the plain prompt.
  package var notes: PromptNotes?

  package init(_ text: String, leftOut: Set<ProjectPath> = [], notes: PromptNotes? = nil) {
    self.text = text
    self.leftOut = leftOut
    self.notes = notes
  }
}
