/// A model server, as the user configured it.
package struct ModelServer: Hashable, Sendable {
  /// What the user calls it.
  package let name: String
  package let kind: ServerKind
  /// Its address, without a slash at the end; a path in it is kept.
  package let url: String
  /// Sent as a bearer token; never shown.
  package let apiKey: String?

  package init(name: String, kind: ServerKind = .ollama, url: String, apiKey: String? = nil) {
    self.name = name
    self.kind = kind
    let address = Self.withoutSlashes(url)
    // The addresses of these servers are often given with the part that every path of theirs begins with.
    self.url = kind == .openai && address.hasSuffix("/v1") ? Self.withoutSlashes(String(address.dropLast(3))) : address
    self.apiKey = apiKey
  }

  private static func withoutSlashes(_ url: String) -> String {
    url.utf8.lastIndex { $0 != UInt8(ascii: "/") }.map { String(url[...$0]) } ?? ""
  }
}

/// The protocol that a model server speaks.
package enum ServerKind: String, CaseIterable, Codable, Sendable {
  case ollama
  /// That of OpenAI's chat completions, as llama.cpp's server, vLLM, LM Studio and others speak it.
  case openai
}

extension ModelServer: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(name) (\(url))" }

  package var customMirror: Mirror { Mirror(self, children: ["name": name, "kind": kind.rawValue, "url": url]) }
}
