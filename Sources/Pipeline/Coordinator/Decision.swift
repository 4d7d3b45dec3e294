/// What one step does.
package enum Action: Hashable, Sendable {
  case phase(PhaseName, TaskID?)
  /// Ends the run, after the project's checks have passed on the final tree.
  case finish

  package var task: TaskID? {
    if case .phase(_, let task) = self { task } else { nil }
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
    case .finish: "finish"
    }
  }

  package init?(_ description: String) {
    let words = description.split(separator: " ", maxSplits: 1)
    if description == "finish" {
      self = .finish
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

  package init(action: Action, reason: String, maker: String, guidance: String? = nil) {
    self.action = action
    self.reason = reason
    self.maker = maker
    self.guidance = guidance
  }
}
