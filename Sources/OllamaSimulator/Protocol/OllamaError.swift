import JSON

/// An error as Ollama reports it.
struct OllamaError: Error, Hashable {
  let status: Int
  let message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  var body: JSONValue { ["error": .string(message)] }
}
