package import SourceControl

/// A step began its work.
package struct PhaseStartedEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var phase: PhaseName
  package var task: TaskID?
  package var role: String
  package var model: String
  /// From 1; of coding, debugging and qa.
  package var attempt: Int?

  package init(step: Int, phase: PhaseName, task: TaskID? = nil, role: String, model: String, attempt: Int? = nil) {
    self.step = step
    self.phase = phase
    self.task = task
    self.role = role
    self.model = model
    self.attempt = attempt
  }
}

/// A step ended.
package struct PhaseFinishedEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var phase: PhaseName
  package var task: TaskID?
  /// What the step came to in a word, such as `coded`.
  package var result: String
  package var reason: String
  package var calls: Int
  package var promptTokens: Int
  package var outputTokens: Int
  package var seconds: Double

  package init(
    step: Int,
    phase: PhaseName,
    task: TaskID? = nil,
    result: String,
    reason: String,
    calls: Int,
    promptTokens: Int,
    outputTokens: Int,
    seconds: Double
  ) {
    self.step = step
    self.phase = phase
    self.task = task
    self.result = result
    self.reason = reason
    self.calls = calls
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.seconds = seconds
  }

  private enum CodingKeys: String, CodingKey {
    case step
    case phase
    case task
    case result
    case reason
    case calls
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case seconds
  }
}

/// A tool call is about to be carried out.
package struct ToolCallEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var tool: String
  package var path: ProjectPath?
  /// The content before a change; nil where there was no file.
  package var before: ObjectID?
  /// The content after a change; nil where the file is deleted.
  package var after: ObjectID?

  package init(step: Int, tool: String, path: ProjectPath? = nil, before: ObjectID? = nil, after: ObjectID? = nil) {
    self.step = step
    self.tool = tool
    self.path = path
    self.before = before
    self.after = after
  }
}

/// What a tool call came to.
package struct ToolResultEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var tool: String
  package var ok: Bool
  /// The head of what the model was told.
  package var text: String

  package init(step: Int, tool: String, ok: Bool, text: String) {
    self.step = step
    self.tool = tool
    self.ok = ok
    self.text = text
  }
}

/// An answer's calls did not get through as they were; one rung of the ladder was tried.
package struct ToolRepairEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var model: String
  package var stage: CallStage
  /// Whether the calls got through, or the answer turned out to call nothing.
  package var ok: Bool
  /// The tools that are called.
  package var tools: [String]
  /// What was mended, or what is wrong.
  package var notes: [String]

  package init(step: Int, model: String, stage: CallStage, ok: Bool, tools: [String] = [], notes: [String] = []) {
    self.step = step
    self.model = model
    self.stage = stage
    self.ok = ok
    self.tools = tools
    self.notes = notes
  }
}

/// A check of the project ran.
package struct CheckFinishedEvent: Hashable, Codable, Sendable {
  package var step: Int?
  package var check: String
  package var status: CheckResult.Status
  package var exitCode: Int?
  package var tests: Int?
  package var seconds: Double
  /// Whether a failure counts against the task under review.
  package var counts: Bool
  package var note: String?
  /// The tail of its output, where it did not pass.
  package var output: String?

  package init(
    step: Int? = nil,
    check: String,
    status: CheckResult.Status,
    exitCode: Int? = nil,
    tests: Int? = nil,
    seconds: Double,
    counts: Bool,
    note: String? = nil,
    output: String? = nil
  ) {
    self.step = step
    self.check = check
    self.status = status
    self.exitCode = exitCode
    self.tests = tests
    self.seconds = seconds
    self.counts = counts
    self.note = note
    self.output = output
  }

  private enum CodingKeys: String, CodingKey {
    case step
    case check
    case status
    case exitCode = "exit_code"
    case tests
    case seconds
    case counts
    case note
    case output
  }
}

/// A task took an event.
package struct TaskChangedEvent: Hashable, Codable, Sendable {
  package var task: TaskID
  package var event: TaskEvent
  package var from: TaskStatus
  package var to: TaskStatus
  package var reason: String?
  package var attemptsLeft: Int
  package var step: Int?

  package init(
    task: TaskID,
    event: TaskEvent,
    from: TaskStatus,
    to: TaskStatus,
    reason: String? = nil,
    attemptsLeft: Int,
    step: Int? = nil
  ) {
    self.task = task
    self.event = event
    self.from = from
    self.to = to
    self.reason = reason
    self.attemptsLeft = attemptsLeft
    self.step = step
  }

  private enum CodingKeys: String, CodingKey {
    case task
    case event
    case from
    case to
    case reason
    case attemptsLeft = "attempts_left"
    case step
  }
}
