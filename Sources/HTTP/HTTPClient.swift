/// A client for HTTP and HTTPS that keeps its connections open for further requests.
///
/// All transfers of a client run on one thread of its own, which starts with the first request.
package final class HTTPClient: Sendable {
  private let inbox = TransferInbox()

  package init() {}

  deinit {
    inbox.send(.stop)
  }

  /// Sends a request and returns when the answer's status and headers have arrived.
  ///
  /// Any status is an answer, not an error. Cancelling the task closes the connection, here and while the body is read.
  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let host = try URLText.host(of: request.url)
    for field in request.headers where !Self.isValid(field) {
      throw HTTPError(.invalidRequest, "The header '\(field.name)' contains a line break or no name.")
    }
    let transfer = Transfer(request: request, host: host)
    let reader = TransferReader(transfer: transfer, client: self, inbox: inbox)
    inbox.send(.start(transfer))
    let head = try await reader.head()
    return HTTPResponse(status: head.status, headers: head.headers, body: HTTPBody(reader: reader))
  }

  private static func isValid(_ field: (name: String, value: String)) -> Bool {
    let isName = !field.name.isEmpty && !field.name.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: ":") }
    return isName && !field.value.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 }
  }
}
