import HTTP
import JSON

extension ModelError {
  /// Makes the error for what went wrong between here and the server.
  init(_ error: HTTPError, server: String, limits: ModelLimits, mayLoad: Bool) {
    switch error.code {
    case .timeout(.connect): self = .timeout(.connect, server: server, after: limits.connect)
    case .timeout(.firstByte):
      self =
        mayLoad
        ? .timeout(.load, server: server, after: limits.load + limits.firstToken)
        : .timeout(.firstToken, server: server, after: limits.firstToken)
    case .timeout(.idle): self = .timeout(.idle, server: server, after: limits.idle)
    case .cancelled: self = .cancelled
    // An answer that a model makes too long is one of many lines, and counted where it is put together.
    case .tooLong: self = .malformedStream(server: server, message: error.message)
    case .invalidRequest, .missingLibrary, .tls: self = .unusable(server: server, message: error.message)
    case .refused, .cannotResolve, .cannotConnect, .closed, .other:
      self = .transport(server: server, message: error.message)
    }
  }

  /// Makes the error for what a server said instead of an answer, or inside one.
  init(_ report: ServerReport, server: String, model: ModelName?) {
    let (status, message) = (report.status, report.message)
    if let tooLong = Self.overContext(report) {
      self = tooLong
    } else if status == 418 {
      self = .unmatchedScenario(message)
    } else if let model, status == 404, Self.isMissing(report) {
      self = .modelMissing(model, at: [Stock(server: server, models: [])])
    } else if ((300..<500).contains(status) && status != 499) || Self.isRefusal(report) {
      self = .refused(server: server, status: status, message: message, retryAfter: report.retryAfter)
    } else {
      self = .serverError(server: server, status: status, message: message, retryAfter: report.retryAfter)
    }
  }

  /// Reads the ways in which servers say that a prompt does not fit.
  private static func overContext(_ report: ServerReport) -> ModelError? {
    let message = report.message
    if report.code == "exceed_context_size_error" {
      return .overContext(promptTokens: report.promptTokens, limit: report.contextLimit)
    }
    let signs = ["exceeds the available context size", "exceed_context_size_error", "longer than the context length"]
    if report.code == "context_length_exceeded" || signs.contains(where: { message.contains($0) }) {
      return .overContext(promptTokens: report.promptTokens, limit: report.contextLimit)
    }
    // vLLM and OpenAI, and LM Studio, tell the numbers in words.
    for words in ["maximum context length is ", "maximum model length of ", "context length of only "] {
      guard let limit = number(after: words, in: message) else { continue }
      let tokens =
        number(after: "your request has ", in: message) ?? number(after: "resulted in ", in: message)
        ?? number(after: "prompt (length ", in: message) ?? number(after: "completion (", in: message)
        ?? number(after: "tokens (", in: message)
      return .overContext(promptTokens: tokens, limit: limit)
    }
    return nil
  }

  private static func number(after words: String, in text: String) -> Int? {
    guard let start = text.firstRange(of: words)?.upperBound else { return nil }
    return Int(text[start...].prefix { $0.isASCII && $0.isNumber })
  }

  private static func isMissing(_ report: ServerReport) -> Bool {
    let message = report.message
    return report.code == "model_not_found"
      || (message.contains("model") && (message.contains("not found") || message.contains("does not exist")))
  }

  /// Whether the server calls its own failure what is one of the request, and would fail again for ever.
  private static func isRefusal(_ report: ServerReport) -> Bool {
    guard report.status == 500 else { return false }
    let signs = [
      "[json.exception.", "Failed to parse tool call arguments", "must be of type", "requires --jinja",
      "JSON schema conversion failed",
    ]
    return signs.contains { report.message.contains($0) }
  }
}
