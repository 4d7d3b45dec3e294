/// Why a model gave no answer, by what can be done about it.
package enum ModelError: Error, Hashable, Codable, Sendable {
  /// Which limit ran out.
  package enum Limit: String, Codable, Sendable {
    case connect
    /// The server was silent after a request for a model that it may have had to load first.
    case load
    /// The server was silent after a request for a model that was loaded: it reads the prompt.
    case firstToken
    /// The server fell silent inside its answer.
    case idle
  }

  /// The models that one server has.
  package struct Stock: Hashable, Codable, Sendable {
    package var server: String
    package var kind: ServerKind
    package var models: [ModelName]

    package init(server: String, kind: ServerKind = .ollama, models: [ModelName]) {
      self.server = server
      self.kind = kind
      self.models = models
    }
  }

  /// The connection could not be made, or broke.
  case transport(server: String, message: String)
  /// No try can succeed before somebody changes something: an address that is none, an unknown certificate.
  case unusable(server: String, message: String)
  case timeout(Limit, server: String, after: Duration)
  /// The server answered with a 4xx status; it may have said when to come back.
  case refused(server: String, status: Int, message: String, retryAfter: Duration? = nil)
  /// The prompt is longer than the context window.
  case overContext(promptTokens: Int?, limit: Int?)
  /// The server showed the model less than it was sent.
  case promptCut(server: String, sent: Int, seen: Int)
  /// The answer is not what the protocol promises.
  case malformedStream(server: String, message: String)
  /// The server answered with a 5xx status, or with an error inside its answer.
  case serverError(server: String, status: Int, message: String, retryAfter: Duration? = nil)
  case modelMissing(ModelName, at: [Stock])
  /// The answer grew over what is kept of one.
  case answerTooLong(server: String, limit: Int)
  /// A simulated server has no rule for this request.
  case unmatchedScenario(String)
  /// Retrying was given up; `last` says why the last try failed, `asksFor` how long the server wants to be left alone
  /// where that is why.
  case unavailable(server: String, last: String, after: Duration, asksFor: Duration? = nil)
  /// What the run may spend is spent; nothing was asked, or the answer came too late.
  case budget(BudgetExhausted)
  case cancelled
}

extension ModelError {
  /// How long the server asked to be left alone.
  package var retryAfter: Duration? {
    switch self {
    case .refused(_, _, _, let retryAfter), .serverError(_, _, _, let retryAfter): retryAfter
    default: nil
    }
  }

  /// The name of the server that is at fault, if one is.
  package var server: String? {
    switch self {
    case .transport(let server, _), .unusable(let server, _), .timeout(_, let server, _),
      .refused(let server, _, _, _), .promptCut(let server, _, _), .malformedStream(let server, _),
      .serverError(let server, _, _, _), .answerTooLong(let server, _), .unavailable(let server, _, _, _):
      server
    case .overContext, .modelMissing, .unmatchedScenario, .budget, .cancelled: nil
    }
  }

  /// Whether the server or the way to it is at fault, so that nobody's attempt may be charged.
  package var isInfrastructure: Bool {
    switch self {
    case .transport, .timeout, .malformedStream, .serverError, .refused, .unavailable, .unusable, .modelMissing,
      .unmatchedScenario:
      true
    case .overContext, .promptCut, .answerTooLong, .budget, .cancelled: false
    }
  }
}
