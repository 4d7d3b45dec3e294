/// A client that never passes on an answer to a prompt that the server cut.
package struct MeteredModelClient: ModelClient {
  private let client: any ModelClient
  private let meter: TokenMeter

  package init(_ client: any ModelClient, meter: TokenMeter) {
    self.client = client
    self.meter = meter
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let reply = try await client.reply(to: request, progress: progress)
    try meter.check(reply, to: request)
    return reply
  }
}
