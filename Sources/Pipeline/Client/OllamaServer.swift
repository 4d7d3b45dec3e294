/// A model server, as the user configured it.
package struct OllamaServer: Hashable, Sendable {
  /// What the user calls it.
  package let name: String
  /// Its address, without a slash at the end; a path in it is kept.
  package let url: String
  /// Sent as a bearer token; never shown.
  package let apiKey: String?

  package init(name: String, url: String, apiKey: String? = nil) {
    self.name = name
    self.url = url.utf8.lastIndex { $0 != UInt8(ascii: "/") }.map { String(url[...$0]) } ?? ""
    self.apiKey = apiKey
  }
}

extension OllamaServer: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(name) (\(url))" }

  package var customMirror: Mirror { Mirror(self, children: ["name": name, "url": url]) }
}
