import JSON
import Pipeline
import TestSupport

/// One exchange that a real server took part in.
struct Recording {
  let name: String
  let method: String
  let url: String
  let status: Int
  let body: String

  private static let ollama = SharedFolder.path("data/ollama")
  private static let llamaServer = SharedFolder.path("data/llama_server")

  /// Whether the recordings are there.
  static var areThere: Bool { ollama != nil && llamaServer != nil }

  /// All of them, by name.
  static func all() throws -> [Recording] {
    guard let ollama, let llamaServer else { return [] }
    let recordings =
      try exchanges(in: "\(ollama)/live", as: "live") + exchanges(in: "\(ollama)/scripted", as: "scripted")
      + reports(in: "\(ollama)/error_bodies.jsonl") + pairs(in: llamaServer)
    return recordings.sorted { $0.name < $1.name }
  }

  /// Those of a real Ollama server, a file each.
  private static func exchanges(in folder: String, as group: String) throws -> [Recording] {
    try SharedFolder.names(in: folder).filter { $0.hasSuffix(".json") }.map { name in
      let json = try JSONValue(parsing: SharedFolder.bytes(of: "\(folder)/\(name)"))
      return Recording(
        name: "\(group)/\(name.dropLast(5))",
        method: json["request"]?["method"]?.string ?? "",
        url: json["request"]?["url"]?.string ?? "",
        status: json["response"]?["status"]?.integer ?? 0,
        body: json["response"]?["body"]?.string ?? ""
      )
    }
  }

  /// Those of llama.cpp's server: a file for the head and one for the body, and the answer that it gives while it loads.
  private static func pairs(in folder: String) -> [Recording] {
    SharedFolder.names(in: folder).compactMap { file in
      let text = String(decoding: SharedFolder.bytes(of: "\(folder)/\(file)"), as: UTF8.self)
      let name = file.prefix { $0 != "." }
      if file.hasSuffix(".txt") {
        let parts = text.split(separator: " [")
        let status = parts.last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        let body = parts.dropLast().joined(separator: " [")
        return Recording(name: "llama_server/\(name)", method: "POST", url: chat, status: status, body: body)
      }
      guard file.hasSuffix(".body") else { return nil }
      let head = String(decoding: SharedFolder.bytes(of: "\(folder)/\(name).headers"), as: UTF8.self)
      let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return Recording(
        name: "llama_server/\(name)",
        method: "POST",
        url: url(of: String(name)),
        status: status,
        body: text
      )
    }
  }

  private static let chat = "/v1/chat/completions"

  private static func url(of name: String) -> String {
    if name.hasPrefix("api_") { return "/api/\(name.dropFirst(4))" }
    if name.hasPrefix("anthropic_") { return "/v1/messages" }
    return name == "responses" ? "/v1/responses" : chat
  }

  /// Those that others reported, from whatever server.
  private static func reports(in path: String) throws -> [Recording] {
    let lines = SharedFolder.bytes(of: path).split(separator: UInt8(ascii: "\n"))
    return try lines.enumerated().compactMap { number, line in
      let json = try JSONValue(parsing: Array(line))
      guard let body = (json["body"] ?? json["stream_line"])?.string else { return nil }
      let provider = json["provider"]?.string ?? ""
      return Recording(
        name: "error_bodies/\(number + 1)_\(provider)",
        method: "POST",
        url: provider == "ollama" ? "/api/chat" : chat,
        status: json["status"]?.integer ?? 0,
        body: body
      )
    }
  }

  /// A server that answers whatever it is asked with what was recorded.
  func server() -> ChatServer {
    let (status, body) = (status, body)
    return ChatServer { connection, _ in connection.answer(body, status: "\(status) Recorded") }
  }

  /// Plays it to the client of its protocol.
  func play() async throws(ModelError) -> ModelReply {
    let server = server()
    let client: any ModelClient = url.hasPrefix("/v1/") ? server.openAI() : server.client()
    return try await client.reply(to: .short())
  }
}

extension Recording {
  /// What a chat must come to, read from the recording without the program's help.
  var expectedContent: String {
    if url == "/api/chat" { return objects.compactMap { $0["message"]?["content"]?.string }.joined() }
    return parts.compactMap { $0["content"]?.string }.joined()
  }

  /// The names and arguments of the calls in their order.
  var expectedCalls: [[JSONValue]] {
    if url == "/api/chat" {
      return objects.flatMap { $0["message"]?["tool_calls"]?.array ?? [] }.map {
        [$0["function"]?["name"] ?? nil, $0["function"]?["arguments"] ?? nil]
      }
    }
    let pieces = parts.flatMap { $0["tool_calls"]?.array ?? [] }
    let isWhole = parts.count == 1
    let indices = isWhole ? Array(pieces.indices) : Set(pieces.compactMap { $0["index"]?.integer }).sorted()
    return indices.map { index in
      let own = isWhole ? [pieces[index]] : pieces.filter { $0["index"]?.integer == index }
      let text = own.compactMap { $0["function"]?["arguments"]?.string }.joined()
      let name = own.compactMap { $0["function"]?["name"] }.first ?? nil
      return [name, (try? JSONValue(parsing: text)) ?? nil]
    }
  }

  /// The objects of the body, one a line, however each is marked.
  var objects: [JSONValue] {
    body.split(separator: "\n").compactMap { line in
      try? JSONValue(parsing: String(line.hasPrefix("data: ") ? line.dropFirst(6) : line))
    }
  }

  private var parts: [JSONValue] {
    objects.compactMap { $0["choices"]?.array?.first }.compactMap { $0["delta"] ?? $0["message"] }
  }
}
