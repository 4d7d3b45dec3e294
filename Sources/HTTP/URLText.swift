/// The few questions that a client asks of a URL.
enum URLText {
  /// The host of an `http` or `https` URL, without brackets, or an error that says what is wrong with the URL.
  static func host(of url: String) throws(HTTPError) -> String {
    let bytes = Array(url.utf8)
    let lower = bytes.prefix(8).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let start = lower.starts(with: "http://".utf8) ? 7 : lower.starts(with: "https://".utf8) ? 8 : 0
    guard start > 0 else {
      throw HTTPError(.invalidRequest, "The URL '\(url)' does not begin with 'http://' or 'https://'.")
    }
    guard !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
      throw HTTPError(.invalidRequest, "The URL '\(url)' contains white space.")
    }
    var authority = bytes[start...].prefix { ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) }
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
    let host =
      authority.first == UInt8(ascii: "[")
      ? authority.dropFirst().prefix { $0 != UInt8(ascii: "]") }
      : authority.prefix { $0 != UInt8(ascii: ":") }
    guard !host.isEmpty else { throw HTTPError(.invalidRequest, "The URL '\(url)' names no host.") }
    return String(decoding: host, as: UTF8.self)
  }

  /// Whether the host is this machine, which no proxy can reach.
  static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased()
    return host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host == "::1"
      || host == "0.0.0.0"
      || host == "::"
  }
}
