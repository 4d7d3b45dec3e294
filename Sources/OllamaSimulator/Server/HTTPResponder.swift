/// What decides how requests are answered; it is called on the server's thread and must not block.
protocol HTTPResponder: Sendable {
  /// Answers a request; `id` is the same in the call of `ended` that follows.
  func answer(_ request: HTTPRequest, id: UInt64) -> HTTPAnswer

  /// Says that nothing more will be sent for a request; `clientLeft` is true if the client closed the connection first.
  func ended(id: UInt64, clientLeft: Bool)
}
