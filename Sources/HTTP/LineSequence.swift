/// The lines of an answer, as they arrive; a last one without an end counts.
package struct LineSequence: AsyncSequence, Sendable {
  private let body: HTTPBody
  private let limit: Int

  package init(_ body: HTTPBody, limit: Int = 16_777_216) {
    self.body = body
    self.limit = limit
  }

  package func makeAsyncIterator() -> Iterator {
    Iterator(body: body.makeAsyncIterator(), splitter: LineSplitter(limit: limit))
  }

  /// The position of the one reader.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate var body: HTTPBody.Iterator
    fileprivate var splitter: LineSplitter

    package mutating func next() async throws(HTTPError) -> [UInt8]? {
      while true {
        do {
          if let line = try splitter.next() { return line }
        } catch {
          throw HTTPError(.tooLong, "A line of the answer is longer than \(error.limit) bytes.")
        }
        guard let piece = try await body.next() else { return splitter.rest() }
        splitter.append(piece)
      }
    }

    package mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
      try await next()
    }
  }
}
