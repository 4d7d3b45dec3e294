/// What is to be done about the outcome of a call of a model.
package enum Consequence: String, Sendable {
  /// The answer is one.
  case use
  /// The model answered, but not in a form that can be used: it is read as text, or asked once more.
  case repair
  /// The same request may succeed a little later.
  case retry
  /// A shorter prompt may succeed.
  case shorten
  /// Nothing helps before somebody changes something.
  case giveUp
}

extension ModelError {
  package var consequence: Consequence {
    switch self {
    case .transport, .timeout, .malformedStream: .retry
    case .serverError(_, let status, _, _): status == 501 ? .giveUp : .retry
    case .refused(_, let status, _, _): status == 408 || status == 425 || status == 429 ? .retry : .giveUp
    case .overContext, .promptCut: .shorten
    case .answerTooLong: .repair
    case .modelMissing, .unmatchedScenario, .unavailable, .unusable, .budget, .cancelled: .giveUp
    }
  }

  /// Whether the same request may succeed a little later.
  package var isRetryable: Bool { consequence == .retry }
}

extension ModelReply {
  package var consequence: Consequence {
    switch finish {
    case .length, .unreadableCall: .repair
    // A few servers let a call without a name pass.
    case .stop, .other: hasAnything && !toolCalls.contains { $0.name.isEmpty } ? .use : .repair
    }
  }
}
