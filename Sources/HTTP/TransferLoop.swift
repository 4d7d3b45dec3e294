import CCurl

/// The loop that carries out transfers, confined to its one thread.
@safe
final class TransferLoop {
  private let inbox: TransferInbox
  private let multi: UnsafeMutableRawPointer
  private var running: [ObjectIdentifier: RunningTransfer] = [:]
  private var byHandle: [UInt: RunningTransfer] = [:]

  init?(inbox: TransferInbox) {
    guard let multi = unsafe ccurl_multi_init() else { return nil }
    self.inbox = inbox
    unsafe self.multi = multi
    inbox.setMulti(UInt(bitPattern: multi))
  }

  deinit {
    inbox.setMulti(0)
    for transfer in running.values {
      transfer.transfer.fail(.cancelled)
      unsafe ccurl_multi_remove_handle(multi, transfer.easy)
    }
    unsafe ccurl_multi_cleanup(multi)
  }

  /// Serves the inbox until it says stop.
  func run() {
    while true {
      for command in inbox.takeCommands() {
        switch command {
        case .start(let transfer): start(transfer)
        case .resume(let transfer): running[ObjectIdentifier(transfer)]?.resume()
        case .cancel(let transfer): end(running[ObjectIdentifier(transfer)], .cancelled)
        case .drain(let transfer): running[ObjectIdentifier(transfer)]?.drain()
        case .stop: return
        }
      }
      var count: Int32 = 0
      unsafe ccurl_multi_perform(multi, &count)
      finish()
      unsafe ccurl_multi_poll(multi, enforceLimits())
    }
  }

  private func start(_ transfer: Transfer) {
    guard !transfer.hasEnded else { return }
    guard let new = RunningTransfer(transfer) else {
      transfer.fail(HTTPError(.other, "libcurl could not take the request; the machine may be out of memory."))
      return
    }
    running[ObjectIdentifier(transfer)] = new
    byHandle[new.address] = new
    unsafe ccurl_multi_add_handle(multi, new.easy)
  }

  /// Ends the transfers that libcurl is done with.
  private func finish() {
    var code = CURLE_OK
    while let easy = unsafe ccurl_multi_next_done(multi, &code) {
      let done = byHandle[UInt(bitPattern: easy)]
      end(done, code == CURLE_OK ? nil : done?.error(code))
    }
  }

  /// Takes a transfer out of the loop; an unfinished one loses its connection.
  private func end(_ ended: RunningTransfer?, _ error: HTTPError?) {
    guard let ended else { return }
    unsafe ccurl_multi_remove_handle(multi, ended.easy)
    byHandle[ended.address] = nil
    running[ObjectIdentifier(ended.transfer)] = nil
    if let error { ended.transfer.fail(error) } else { ended.transfer.complete() }
  }

  /// Ends the transfers whose time is up, and returns the milliseconds until the next one's is.
  private func enforceLimits() -> Int32 {
    let now = SuspendingClock.now
    var wait = Duration.seconds(60)
    for transfer in running.values {
      guard let (deadline, error) = transfer.deadline(now: now) else { continue }
      if deadline <= now {
        end(transfer, error)
      } else {
        wait = min(wait, now.duration(to: deadline))
      }
    }
    // Rounded up, or the loop would spin through the last millisecond.
    return Int32(wait / .milliseconds(1)) + 1
  }
}
