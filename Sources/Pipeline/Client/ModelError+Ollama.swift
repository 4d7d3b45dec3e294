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
    case .tooLong: self = .answerTooLong(server: server, limit: limits.answerBytes)
    case .invalidRequest, .libraryMissing, .tls: self = .unusable(server: server, message: error.message)
    case .refused, .cannotResolve, .cannotConnect, .closed, .other:
      self = .transport(server: server, message: error.message)
    }
  }

  /// Makes the error for an answer that is none.
  init(_ response: HTTPResponse, body: [UInt8], server: String, model: ModelName?) {
    let text = String(decoding: body, as: UTF8.self)
    let message = (try? JSONValue(parsing: body))?["error"].map { $0.string ?? $0["message"]?.string ?? $0.text() }
    let location = response.headers["Location"].map { " The server points to '\($0)'." } ?? ""
    self.init(
      ollama: (message ?? Self.firstLine(text)) + location,
      status: response.status,
      server: server,
      model: model,
      retryAfter: response.headers["Retry-After"].flatMap { Int($0) }.map { .seconds(max(0, $0)) }
    )
  }

  /// Makes the error for a message of the server, sent with a status of its own or inside an answer (200).
  init(ollama message: String, status: Int, server: String, model: ModelName?, retryAfter: Duration? = nil) {
    if let tooLong = Self.overContext(message) {
      self = tooLong
    } else if status == 418 {
      self = .unmatchedScenario(message)
    } else if status == 404, let model, message.contains("not found"), message.contains("model") {
      self = .modelMissing(model, at: [Stock(server: server, models: [])])
    } else if (300..<500).contains(status), status != 499 {
      self = .refused(server: server, status: status, message: message, retryAfter: retryAfter)
    } else {
      self = .serverError(server: server, status: status, message: message, retryAfter: retryAfter)
    }
  }

  /// Reads the ways in which servers say that a prompt does not fit.
  private static func overContext(_ message: String) -> ModelError? {
    // Ollama passes on its runner's answer as text inside its own.
    if let error = (try? JSONValue(parsing: message))?["error"], error["type"]?.string == "exceed_context_size_error" {
      return .overContext(promptTokens: error["n_prompt_tokens"]?.integer, limit: error["n_ctx"]?.integer)
    }
    let signs = ["exceeds the available context size", "exceed_context_size_error", "longer than the context length"]
    return signs.contains { message.contains($0) } ? .overContext(promptTokens: nil, limit: nil) : nil
  }

  private static func firstLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
  }
}
