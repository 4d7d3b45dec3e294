import HTTP
import JSON

/// What a server says instead of an answer, or inside one, read in every form in which servers say it.
struct ServerReport: Hashable {
  /// That of the answer; 200 for an error inside it.
  var status: Int
  var message: String
  /// The server's own word for what went wrong.
  var code: String?
  /// The call that the model wrote and the server could not read.
  var written: String?
  var promptTokens: Int?
  var contextLimit: Int?
  /// How long the server asks to be left alone.
  var retryAfter: Duration?

  init(status: Int, message: String) {
    self.status = status
    self.message = message
  }

  /// Reads an answer whose status says that it is none.
  init(_ response: HTTPResponse, body: [UInt8]) {
    let json = (try? JSONValue(parsing: body))?.object
    let firstLine = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline).first.map {
      String($0.prefix(200))
    }
    self.init(status: response.status, message: firstLine ?? "")
    if let json { read(Self.error(in: json) ?? .object(json)) }
    if let location = response.headers["Location"] {
      message += (message.isEmpty ? "" : " ") + "The server points to '\(location)'."
    }
    retryAfter = response.headers["Retry-After"].flatMap { Int($0) }.map { .seconds(max(0, $0)) }
  }

  /// Reads an object of a stream, or returns nothing if it reports no error.
  init?(inside object: JSONObject) {
    guard let error = Self.error(in: object) else { return nil }
    self.init(error: error)
  }

  /// Reads what a stream marks as an error.
  init(error: JSONValue) {
    self.init(status: 200, message: error.text())
    read(error)
  }

  /// The member that describes an error; a few servers make the message the key, or the whole object the error.
  private static func error(in object: JSONObject) -> JSONValue? {
    if let error = object["error"], !error.isNull { return error }
    if object["object"] == "error" { return .object(object) }
    guard object["message"] == nil, object["done"] == nil else { return nil }
    for (key, value) in object where key.utf8.starts(with: "error ".utf8) {
      return .string("\(key): \(value.string ?? "")")
    }
    return nil
  }

  private mutating func read(_ error: JSONValue) {
    if let text = error.string {
      message = text
      // Ollama passes on its runner's answer as text inside its own.
      if let inner = (try? JSONValue(parsing: text))?["error"]?.object { read(.object(inner)) }
      return
    }
    guard let object = error.object else { return }
    let detail = object["detail"].map { $0.string ?? $0.text() }
    message = object["message"]?.string ?? object["error"]?.string ?? detail ?? error.text()
    code = object["code"]?.string ?? object["type"]?.string
    written = object["failed_generation"]?.string
    promptTokens = object["n_prompt_tokens"]?.integer
    contextLimit = object["n_ctx"]?.integer
  }
}
