/// A request to an HTTP server.
package struct HTTPRequest: Sendable {
  /// What is asked of the resource.
  package enum Method: String, Sendable {
    case delete = "DELETE"
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
  }

  package var method: Method
  /// An absolute URL, `http` or `https`.
  package var url: String
  package var headers: HTTPHeaders
  package var body: [UInt8]
  package var limits: HTTPLimits

  package init(
    _ method: Method = .get,
    url: String,
    headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8] = [],
    limits: HTTPLimits = HTTPLimits()
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limits = limits
  }
}

/// How long each part of an exchange may take.
package struct HTTPLimits: Hashable, Sendable {
  /// Name look-up, connection and TLS together.
  package var connect: Duration
  /// From there to the first byte of the answer's body, or its end.
  package var firstByte: Duration
  /// Between two arrivals of bytes after that; the time in which the reader is behind does not count.
  package var idle: Duration

  package init(
    connect: Duration = .seconds(10),
    firstByte: Duration = .seconds(60),
    idle: Duration = .seconds(60)
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
  }
}
