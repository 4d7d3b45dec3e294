package import HTTP
import JSON

/// The way to one model server, whatever protocol it speaks.
package struct ServerConnection: Sendable {
  package let server: ModelServer
  package let limits: ModelLimits
  private let http: HTTPClient

  package init(server: ModelServer, http: HTTPClient, limits: ModelLimits = ModelLimits()) {
    self.server = server
    self.http = http
    self.limits = limits
  }

  /// Asks what needs no model to be answered.
  func ask(
    _ path: String,
    _ body: JSONValue? = nil,
    model: ModelName? = nil
  ) async throws(ModelError) -> JSONValue {
    // Nothing excuses a server that thinks for long about such a question.
    let patience = min(limits.firstToken, .seconds(30))
    do {
      let response = try await send(path, body, firstByte: patience)
      guard response.status == 200 else {
        // Every server of this kind can be asked this.
        if model == nil, response.status == 404 || response.status == 405 { throw unexpected(path) }
        throw ModelError(try await report(response), server: server.name, model: model)
      }
      let bytes = try await response.body.collect(upTo: 67_108_864)
      guard let value = try? JSONValue(parsing: bytes) else { throw unexpected(path) }
      return value
    } catch {
      throw modelError(error, mayLoad: false)
    }
  }

  /// Asks for an answer of a model, and reads it line by line.
  func stream(
    _ path: String,
    _ body: JSONValue,
    mayLoad: Bool,
    reader: some ReplyReader,
    progress: @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    var reader = reader
    do {
      let firstByte = mayLoad ? limits.load + limits.firstToken : limits.firstToken
      let response = try await send(path, body, firstByte: firstByte)
      guard response.status == 200 else {
        try reader.answer.fail(with: try await report(response))
        return try reader.end()
      }
      var lines = LineSequence(response.body, limit: limits.answerBytes + 65_536).makeAsyncIterator()
      while reader.answer.reply == nil, let line = try await lines.next() {
        try reader.take(line)
        progress(reader.answer.progress)
      }
      response.body.drain()
      return try reader.end()
    } catch {
      throw modelError(error, mayLoad: mayLoad)
    }
  }

  /// The error of a server that answers, but not in the protocol that it was configured to speak.
  func unexpected(_ path: String) -> ModelError {
    let advice =
      switch server.kind {
      case .ollama:
        "is not Ollama. Check the server's address; if it speaks OpenAI's protocol, set its 'kind' to 'openai'."
      case .openai:
        "does not speak OpenAI's protocol. Check the server's address and its 'kind'."
      }
    return .unusable(server: server.name, message: "What answers at '\(server.url)\(path)' \(advice)")
  }

  private func send(_ path: String, _ body: JSONValue?, firstByte: Duration) async throws -> HTTPResponse {
    var headers: HTTPHeaders = ["User-Agent": "autonomy"]
    if body != nil { headers.append("Content-Type", "application/json") }
    if let key = server.apiKey { headers.append("Authorization", "Bearer \(key)") }
    let request = HTTPRequest(
      body == nil ? .get : .post,
      url: server.url + path,
      headers: headers,
      body: body?.utf8() ?? [],
      limits: HTTPLimits(connect: limits.connect, firstByte: firstByte, idle: limits.idle)
    )
    return try await http.send(request)
  }

  private func report(_ response: HTTPResponse) async throws -> ServerReport {
    ServerReport(response, body: try await response.body.collect(upTo: 1_048_576))
  }

  private func modelError(_ error: any Error, mayLoad: Bool) -> ModelError {
    switch error {
    case let error as ModelError: error
    case let error as HTTPError: ModelError(error, server: server.name, limits: limits, mayLoad: mayLoad)
    default: .transport(server: server.name, message: "\(error)")
    }
  }
}

/// An assembler of one answer from the lines that stream it, in one protocol.
protocol ReplyReader {
  var answer: AnswerAssembly { get set }

  /// Takes one line, without its end.
  mutating func take(_ line: [UInt8]) throws(ModelError)

  /// Returns the answer after the last line, or throws because the stream ended too early.
  mutating func end() throws(ModelError) -> ModelReply
}
