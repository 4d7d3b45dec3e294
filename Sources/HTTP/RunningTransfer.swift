import CCurl
@unsafe @preconcurrency import Glibc

/// One transfer in libcurl's hands, confined to the loop's thread; it must not move or go while it is there.
@safe
final class RunningTransfer {
  let transfer: Transfer
  let easy: UnsafeMutableRawPointer
  /// The address of `easy`, by which libcurl names the transfer.
  let address: UInt
  private let errorText: UnsafeMutablePointer<CChar>
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var head = Transfer.Head(status: 0, headers: HTTPHeaders())
  private let started = SuspendingClock.now
  private var lastArrival: SuspendingClock.Instant?
  private var hasArrived = false
  private var drained: SuspendingClock.Instant?

  init?(_ transfer: Transfer) {
    guard let easy = unsafe ccurl_easy_init() else { return nil }
    self.transfer = transfer
    unsafe self.easy = easy
    address = UInt(bitPattern: easy)
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    configure()
  }

  deinit {
    unsafe ccurl_easy_cleanup(easy)
    unsafe ccurl_slist_free_all(headerList)
    unsafe errorText.deallocate()
  }

  /// Goes on after the reader has made room.
  func resume() {
    hasArrived = true
    unsafe ccurl_easy_pause(easy, CURLPAUSE_CONT)
  }

  /// Gives the answer a last second to end.
  func drain() {
    drained = SuspendingClock.now
    resume()
  }

  // MARK: - Limits

  /// When the transfer's present stage must have ended, and the error if it has not.
  func deadline(now: SuspendingClock.Instant) -> (SuspendingClock.Instant, HTTPError)? {
    if let drained { return (drained.advanced(by: .seconds(1)), .cancelled) }
    let limits = transfer.request.limits
    if hasArrived || transfer.isPaused {
      hasArrived = false
      lastArrival = now
    }
    if let lastArrival {
      return (lastArrival.advanced(by: limits.idle), timeout(.idle, limits.idle))
    }
    // libcurl itself keeps the limit for connecting; until then there is no time to count from.
    var microseconds: curl_off_t = 0
    unsafe ccurl_get_size(easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
    guard microseconds > 0 else { return nil }
    let sent = started.advanced(by: .microseconds(microseconds))
    return (sent.advanced(by: limits.firstByte), timeout(.firstByte, limits.firstByte))
  }

  private func timeout(_ kind: HTTPError.Timeout, _ limit: Duration) -> HTTPError {
    HTTPError(kind, limit: limit, host: transfer.host)
  }

  func error(_ code: CURLcode) -> HTTPError {
    var errno = 0
    unsafe ccurl_get_long(easy, CURLINFO_OS_ERRNO, &errno)
    let detail = unsafe String(cString: errorText)
    return HTTPError(code, errno: Int32(errno), detail: detail, of: transfer)
  }

  // MARK: - What libcurl is told

  private func configure() {
    let request = transfer.request
    set(CURLOPT_URL, request.url)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_NOSIGNAL, 1)
    if !transfer.mayUseProxy { set(CURLOPT_PROXY, "") }
    setCertificates()
    // With one exchange a connection, cancelling closes the connection, which is how the server learns of it.
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    // Otherwise a cancelled look-up of a name would hold up all transfers until the resolver gives up.
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(request.limits.connect / .milliseconds(1))))
    unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    setMethod(request)
    setHeaders(request)
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    unsafe ccurl_set_receive(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      unsafe RunningTransfer.from(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return size * count
    }
    unsafe ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    unsafe ccurl_set_receive(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      let isTaken = unsafe RunningTransfer.from(context)?.receiveBody(buffer) ?? false
      return isTaken ? size * count : Int(CURL_WRITEFUNC_PAUSE)
    }
  }

  /// Takes authorities from where the curl command takes them, which the library does not by itself.
  private func setCertificates() {
    for (name, option) in [
      ("SSL_CERT_DIR", CURLOPT_CAPATH), ("SSL_CERT_FILE", CURLOPT_CAINFO), ("CURL_CA_BUNDLE", CURLOPT_CAINFO),
    ] {
      if let path = unsafe getenv(name), unsafe path.pointee != 0 {
        unsafe ccurl_set_string(easy, option, path)
      }
    }
  }

  private func setMethod(_ request: HTTPRequest) {
    switch request.method {
    case .get: break
    case .head: set(CURLOPT_NOBODY, 1)
    case .delete, .post:
      set(CURLOPT_POST, 1)
      set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
      // The size comes first: libcurl takes the copy by it.
      unsafe ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      unsafe request.body.withUnsafeBytes { bytes in
        _ = unsafe ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
      }
    }
  }

  private func setHeaders(_ request: HTTPRequest) {
    // Without this a longer body would wait for the server's '100 Continue', for up to a second.
    addHeader("Expect:")
    if request.method == .post, request.headers["Content-Type"] == nil { addHeader("Content-Type:") }
    for (name, value) in request.headers { addHeader(value.isEmpty ? "\(name);" : "\(name): \(value)") }
    unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)
  }

  private func addHeader(_ text: String) {
    if let longer = unsafe ccurl_slist_append(headerList, text) { unsafe headerList = longer }
  }

  private func set(_ option: CURLoption, _ value: Int) {
    unsafe ccurl_set_long(easy, option, value)
  }

  private func set(_ option: CURLoption, _ value: String) {
    unsafe ccurl_set_string(easy, option, value)
  }

  // MARK: - What libcurl says

  private static func from(_ context: UnsafeMutableRawPointer?) -> RunningTransfer? {
    unsafe context.map { unsafe Unmanaged<RunningTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Takes one line of the head; an empty one ends it.
  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) {
    let line = unsafe String(decoding: bytes, as: UTF8.self)
    let text = line.utf8.prefix { $0 != 0x0D && $0 != 0x0A }
    if text.isEmpty {
      // Trailers come after the body, and an interim answer (1xx) is followed by the real one.
      if head.status >= 200, !transfer.hasHead { transfer.receive(head) }
    } else if text.starts(with: "HTTP/".utf8) {
      let status = text.split(separator: 0x20).dropFirst().first.flatMap { Int(String(Substring($0))) } ?? 0
      head = Transfer.Head(status: status, headers: HTTPHeaders())
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      let value = text[text.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
      head.headers.append(String(Substring(text[..<colon])), String(Substring(value)))
    }
  }

  private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    hasArrived = true
    return unsafe transfer.receive(bytes)
  }
}
