import CMicrohttpd
import Synchronization

/// One request and its answer, as the callbacks of libmicrohttpd's thread go through them.
final class Exchange {
  private static let largestBody = 64 << 20

  private let server: HTTPServer
  /// The address of libmicrohttpd's connection.
  private let connection: UInt
  private let id: UInt64
  private let method: String
  private let path: String
  private var body: [UInt8] = []
  private var reply: HTTPReply?
  private var isAnswered = false
  private var isCutByServer = false
  private let client = ClientWatch()
  /// What the body gave and the client did not take yet.
  private var pending: [UInt8] = []
  private var position = 0

  init(server: HTTPServer, connection: UInt, method: String, path: String) {
    self.server = server
    self.connection = connection
    self.method = method
    self.path = path
    id = server.requestCount.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// Takes a piece of the request's body; false closes the connection.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= Self.largestBody else {
      isCutByServer = true
      return false
    }
    unsafe body.append(contentsOf: bytes)
    return true
  }

  /// Answers the request, which is whole, or goes on with that after a pause; false closes the connection.
  func proceed() -> Bool {
    if !isAnswered {
      guard !server.isRefusing else { return cut() }
      isAnswered = true
      let request = HTTPRequest(method: method, path: path, body: body)
      body = []
      switch server.responder.answer(request, id: id) {
      case .drop: return cut()
      case .refuse(let duration):
        server.refuseConnections(for: duration)
        return cut()
      case .reply(let reply): self.reply = reply
      }
    }
    // A server that stops wakes who hangs, which is no reason to go on with the answer.
    guard !client.hasLeft, !server.isStopping else { return cut() }
    if let pause = reply?.delay {
      reply?.delay = nil
      return server.hold(connection, for: pause, watching: client) || cut()
    }
    return send()
  }

  /// Fills `buffer` with the next bytes of the answer's body, by the rules of MHD_ContentReaderCallback.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      guard !client.hasLeft, !server.isStopping else { return cmhd_end_with_error }
      if position < pending.count {
        let count = min(buffer.count, pending.count - position)
        unsafe pending.withUnsafeBytes { bytes in
          unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
        }
        position += count
        return count
      }
      switch reply?.body.next() ?? .end {
      case .bytes(let bytes):
        (pending, position) = (bytes, 0)
      case .pause(let pause):
        if server.hold(connection, for: pause, watching: client) { return 0 }
        isCutByServer = true
        return cmhd_end_with_error
      case .end:
        return cmhd_end_of_stream
      case .abort:
        isCutByServer = true
        return cmhd_end_with_error
      }
    }
  }

  /// Says that libmicrohttpd is done with the request.
  func complete(ending: Int32) {
    guard isAnswered else { return }
    let isUnexpected = ending != cmhd_ended_ok && ending != cmhd_ended_by_shutdown && !isCutByServer
    server.responder.ended(id: id, clientLeft: client.hasLeft || isUnexpected)
  }

  private func cut() -> Bool {
    isCutByServer = true
    return false
  }

  private func send() -> Bool {
    guard let reply else { return cut() }
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    let length = reply.length.map(UInt64.init) ?? cmhd_size_unknown
    guard let response = unsafe cmhd_make_response(length, 16 << 10, readBody, context) else { return cut() }
    for header in reply.headers { unsafe _ = cmhd_add_header(response, header.name, header.value) }
    return unsafe cmhd_send(OpaquePointer(bitPattern: connection), UInt32(reply.status), response) == cmhd_yes || cut()
  }
}
