package import SourceControl

/// What one step does.
package enum Action: Hashable, Sendable {
  case phase(PhaseName, TaskID?)
  /// Brings the files of a task whose last try failed back to a checkpoint; no rule chooses it.
  case restore(SnapshotID, TaskID)
  /// Puts a question about a task to the user; only a decision maker that is no rule asks of itself.
  case ask(TaskID)
  /// Ends the run, after the project's checks have passed on the final tree.
  case finish

  package var task: TaskID? {
    switch self {
    case .phase(_, let task): task
    case .ask(let task), .restore(_, let task): task
    case .finish: nil
    }
  }

  package var phase: PhaseName? {
    if case .phase(let phase, _) = self { phase } else { nil }
  }
}

extension Action: LosslessStringConvertible {
  /// The identity of the decision, such as `coding t3`: what repeats are counted by.
  package var description: String {
    switch self {
    case .phase(let phase, let task): task.map { "\(phase.rawValue) \($0)" } ?? phase.rawValue
    case .ask(let task): "ask \(task)"
    case .restore(let checkpoint, let task): "restore \(checkpoint) \(task)"
    case .finish: "finish"
    }
  }

  package init?(_ description: String) {
    let words = description.split(separator: " ", maxSplits: 1)
    if description == "finish" {
      self = .finish
    } else if words.count == 2, words[0] == "restore" {
      let parts = words[1].split(separator: " ")
      guard parts.count == 2, let checkpoint = SnapshotID(String(parts[0])), let task = TaskID(String(parts[1])) else {
        return nil
      }
      self = .restore(checkpoint, task)
    } else if words.count == 2, words[0] == "ask", let task = TaskID(String(words[1])) {
      self = .ask(task)
    } else if let phase = words.first.flatMap({ PhaseName(rawValue: String($0)) }) {
      self = .phase(phase, words.count > 1 ? TaskID(String(words[1])) : nil)
    } else {
      return nil
    }
  }
}

extension Action: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let action = Action(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no action.")
    }
    self = action
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The choice of one action, with who made it and why.
package struct Decision: Hashable, Codable, Sendable {
  package var action: Action
  package var reason: String
  /// Which rule, or which model, chose.
  package var maker: String
  /// Advice that the model of the phase is to get.
  package var guidance: String?
  /// What the user is asked, where that is the decision.
  package var question: String?
  /// What became of the advice that was got for it; nil where there was none.
  package var advice: [AdviceUse]?

  package init(
    action: Action,
    reason: String,
    maker: String,
    guidance: String? = nil,
    question: String? = nil,
    advice: [AdviceUse]? = nil
  ) {
    self.action = action
    self.reason = reason
    self.maker = maker
    self.guidance = guidance
    self.question = question
    self.advice = advice
  }
}
