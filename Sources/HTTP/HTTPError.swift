/// Why an exchange with an HTTP server failed.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
  /// The kinds of failure that a caller can tell apart.
  package enum Code: Hashable, Sendable {
    case invalidRequest
    case cannotResolve
    case refused
    case cannotConnect
    case timeout(Timeout)
    /// The server closed the connection before its answer was complete.
    case closed
    case tls
    case tooLong
    case cancelled
    /// libcurl is not on this machine, or too old.
    case missingLibrary
    case other
  }

  /// The limit that ran out.
  package enum Timeout: String, Hashable, Sendable {
    case connect
    case firstByte
    case idle
  }

  package let code: Code
  /// What happened, as a sentence.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }

  static let cancelled = HTTPError(.cancelled, "The request was cancelled.")
}
