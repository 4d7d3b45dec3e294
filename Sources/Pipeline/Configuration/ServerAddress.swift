import JSON

/// The address of a model server, read as Ollama's own client reads `OLLAMA_HOST`.
///
/// A scheme, a port and a path may be missing. An address that means "every interface" to a server means this machine
/// to a client.
package struct ServerAddress: Hashable, Sendable {
  /// Scheme, host, port and path, without a slash at the end.
  package let url: String

  package static let standard = ServerAddress(scheme: "http", host: "127.0.0.1", port: 11_434, path: "")

  private init(scheme: String, host: String, port: Int, path: String) {
    let shownHost = host.contains(":") ? "[\(host)]" : host
    url = "\(scheme)://\(shownHost):\(port)\(path)"
  }

  /// Reads an address, or answers nil if it is none.
  ///
  /// An invalid port gives the scheme's own, as it does in Ollama.
  package init?(_ text: String) {
    let trimmed = text.trimming { $0.isWhitespace }.trimming { $0 == "\"" || $0 == "'" }
    var scheme = "http"
    var defaultPort = 11_434
    var rest = Substring(trimmed)
    if let range = trimmed.firstRange(of: "://") {
      scheme = trimmed[..<range.lowerBound].lowercased()
      rest = trimmed[range.upperBound...]
      guard scheme == "http" || scheme == "https" else { return nil }
      defaultPort = scheme == "http" ? 80 : 443
    } else if trimmed == "ollama.com" {
      (scheme, defaultPort) = ("https", 443)
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    var path = String(rest[slash...])
    while path.hasSuffix("/") { path.removeLast() }
    let isForbidden = { (byte: UInt8) in byte <= 0x20 || byte == 0x7F || "@?#\"<>\\".utf8.contains(byte) }
    guard !rest.utf8.contains(where: isForbidden),
      let (host, port) = Self.split(rest[..<slash], defaultPort: defaultPort)
    else { return nil }
    self.init(scheme: scheme, host: Self.reachable(host), port: port, path: path)
  }

  /// Splits `host:port`; an IPv6 address has its colons in brackets if a port follows.
  private static func split(_ text: Substring, defaultPort: Int) -> (host: String, port: Int)? {
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      let after = text[text.index(after: end)...]
      guard after.isEmpty || after.hasPrefix(":") else { return nil }
      port = after.isEmpty ? nil : after.dropFirst()
    } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    let number = port.flatMap { Int($0) }.flatMap { (0...65_535).contains($0) ? $0 : nil }
    return (host.isEmpty ? "127.0.0.1" : String(host), number ?? defaultPort)
  }

  private static func reachable(_ host: String) -> String {
    switch host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }
}

extension ServerAddress: ConfigurationValue {
  static var expectation: String { "an address such as 'http://192.168.1.20:11434', without credentials" }
  static func read(_ json: JSONValue) -> ServerAddress? {
    json.string.flatMap { $0.isEmpty ? nil : ServerAddress($0) }
  }
  static func withoutSecrets(_ text: String) -> String {
    let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
    guard let end = text.lastIndex(of: "@"), end >= start else { return text }
    return text[..<start] + SecretMask.replacement + text[end...]
  }
  var json: JSONValue { .string(url) }
}

extension String {
  /// The text without the characters at both ends that meet the condition.
  fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> String {
    let start = drop(while: isTrimmed)
    return String(start.reversed().drop(while: isTrimmed).reversed())
  }
}
