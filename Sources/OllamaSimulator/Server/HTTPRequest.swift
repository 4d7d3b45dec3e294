/// A request of a client, with its whole body.
struct HTTPRequest: Sendable {
  let method: String
  /// Decoded, without the query.
  let path: String
  let body: [UInt8]
}
