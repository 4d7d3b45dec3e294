import HTTP
import JSON
import Pipeline
import Synchronization
import TestSupport

/// A server that answers every chat request with the same bytes, and remembers what it was sent.
final class ChatServer: Sendable {
  private let raw: RawServer
  private let seen: Seen

  private final class Seen: Sendable {
    let requests = Mutex<[String]>([])
  }

  var url: String { raw.url }

  /// The head and body of each request, in order.
  var requests: [String] { seen.requests.withLock { $0 } }

  /// The body of the last request.
  var body: JSONValue {
    get throws { try JSONValue(parsing: requests.last?.components(after: "\r\n\r\n") ?? "") }
  }

  init(answer: @escaping @Sendable (RawConnection, String) -> Void) {
    let seen = Seen()
    self.seen = seen
    raw = RawServer { connection in
      while let request = connection.readRequest() {
        seen.requests.withLock { $0.append(request) }
        answer(connection, request)
      }
    }
  }

  /// Streams the lines, one a chunk.
  convenience init(lines: [String]) {
    self.init { connection, _ in
      connection.beginChunks()
      for line in lines { connection.sendChunk(line + "\n") }
      connection.send("0\r\n\r\n")
    }
  }

  convenience init(status: String, headers: String = "", body: String) {
    self.init { connection, _ in connection.answer(body, status: status, headers: headers) }
  }

  /// The client for a server of OpenAI's protocol.
  func openAI(limits: ModelLimits = ModelLimits(), apiKey: String? = nil) -> OpenAICompatibleClient {
    let server = ModelServer(name: "test", kind: .openai, url: url, apiKey: apiKey)
    return OpenAICompatibleClient(api: OpenAIAPI(ServerConnection(server: server, http: HTTPClient(), limits: limits)))
  }

  func client(limits: ModelLimits = ModelLimits(), apiKey: String? = nil) -> OllamaClient {
    let server = ModelServer(name: "test", url: url, apiKey: apiKey)
    return OllamaClient(api: OllamaAPI(ServerConnection(server: server, http: HTTPClient(), limits: limits)))
  }
}

extension String {
  fileprivate func components(after separator: String) -> String {
    firstRange(of: separator).map { String(self[$0.upperBound...]) } ?? ""
  }
}

extension ModelRequest {
  /// A request of one short message.
  static func short(_ model: ModelName = "m", tools: [ToolDefinition] = []) -> ModelRequest {
    ModelRequest(
      model: model,
      messages: [.user("hello")],
      tools: tools,
      options: ModelOptions(numContext: 4096, numPredict: 256)
    )
  }
}
