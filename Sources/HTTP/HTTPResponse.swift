/// The answer of an HTTP server, whose body may still be arriving.
package struct HTTPResponse: Sendable {
  package let status: Int
  package let headers: HTTPHeaders
  /// To be read by one reader, once; when the last copy goes away unread, the connection is closed.
  package let body: HTTPBody
}

/// The bytes of an answer as they arrive, in pieces whose boundaries mean nothing.
///
/// What arrives faster than it is read waits at the server: little is kept in memory.
package struct HTTPBody: AsyncSequence, Sendable {
  private let reader: TransferReader

  init(reader: TransferReader) {
    self.reader = reader
  }

  package func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

  /// Reads the whole body, or throws if it is longer than `limit` bytes.
  package func collect(upTo limit: Int) async throws(HTTPError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await reader.next() {
      bytes += piece
      if bytes.count > limit {
        throw HTTPError(.tooLong, "The answer is longer than \(limit) bytes.")
      }
    }
    return bytes
  }

  /// Says that nothing more is wanted, although a little may come: it is thrown away, so that the connection is kept.
  package func drain() {
    reader.drain()
  }

  /// The position of the body's one reader.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: TransferReader

    package mutating func next() async throws(HTTPError) -> [UInt8]? { try await reader.next() }

    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(HTTPError) -> [UInt8]? {
      try await reader.next()
    }
  }
}
