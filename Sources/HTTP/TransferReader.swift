/// The reading end of an exchange; when it goes away, what is left of the exchange is cancelled.
final class TransferReader: Sendable {
  private let transfer: Transfer
  /// Held because the client's thread stops when the client goes away.
  private let client: HTTPClient
  private let inbox: TransferInbox

  init(transfer: Transfer, client: HTTPClient, inbox: TransferInbox) {
    self.transfer = transfer
    self.client = client
    self.inbox = inbox
  }

  deinit {
    if !transfer.hasEnded, !transfer.isDraining { inbox.send(.cancel(transfer)) }
  }

  func head() async throws(HTTPError) -> Transfer.Head {
    while true {
      try checkCancellation()
      switch transfer.takeHead() {
      case .value(let head): return head
      case .failure(let error): throw error
      case .end: throw HTTPError(.closed, "The server sent no answer.")
      case .nothingYet: await wait(forHead: true)
      }
    }
  }

  /// Returns the bytes that have arrived, waiting for some if none have, or nil at the end of the body.
  func next() async throws(HTTPError) -> [UInt8]? {
    while true {
      try checkCancellation()
      let (finding, resumes) = transfer.takeBytes()
      if resumes { inbox.send(.resume(transfer)) }
      switch finding {
      case .value(let bytes): return bytes
      case .failure(let error): throw error
      case .end: return nil
      case .nothingYet: await wait(forHead: false)
      }
    }
  }

  func drain() {
    transfer.drain()
    inbox.send(.drain(transfer))
  }

  private func wait(forHead: Bool) async {
    await withTaskCancellationHandler {
      await transfer.wait(forHead: forHead)
    } onCancel: {
      cancel()
    }
  }

  private func checkCancellation() throws(HTTPError) {
    guard Task.isCancelled else { return }
    cancel()
    throw .cancelled
  }

  private func cancel() {
    transfer.fail(.cancelled)
    inbox.send(.cancel(transfer))
  }
}
