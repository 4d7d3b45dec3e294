import CMicrohttpd

// The exchange of a request is owned by libmicrohttpd's request context from the first call of `handleRequest` to
// `completeRequest`; a response's reader is not called after that.

/// The MHD_AccessHandlerCallback of every server.
func handleRequest(
  context: UnsafeMutableRawPointer?,
  connection: OpaquePointer?,
  url: UnsafePointer<CChar>?,
  method: UnsafePointer<CChar>?,
  version: UnsafePointer<CChar>?,
  upload: UnsafePointer<CChar>?,
  uploadSize: UnsafeMutablePointer<Int>?,
  requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
  guard let context = unsafe context, let connection = unsafe connection, let requestContext = unsafe requestContext,
    let uploadSize = unsafe uploadSize
  else { return cmhd_no }
  guard let current = unsafe requestContext.pointee else {
    let exchange = unsafe Exchange(
      server: Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue(),
      connection: UInt(bitPattern: connection),
      method: method.map { unsafe String(cString: $0) } ?? "",
      path: url.map { unsafe String(cString: $0) } ?? ""
    )
    unsafe requestContext.pointee = Unmanaged.passRetained(exchange).toOpaque()
    return cmhd_yes
  }
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(current).takeUnretainedValue()
  let size = unsafe uploadSize.pointee
  guard size > 0 else { return exchange.proceed() ? cmhd_yes : cmhd_no }
  unsafe uploadSize.pointee = 0
  return unsafe exchange.receive(UnsafeRawBufferPointer(start: upload, count: size)) ? cmhd_yes : cmhd_no
}

/// The MHD_RequestCompletedCallback of every server.
func completeRequest(
  context: UnsafeMutableRawPointer?,
  connection: OpaquePointer?,
  requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  ending: Int32
) {
  guard let requestContext = unsafe requestContext, let current = unsafe requestContext.pointee else { return }
  unsafe requestContext.pointee = nil
  unsafe Unmanaged<Exchange>.fromOpaque(current).takeRetainedValue().complete(ending: ending)
}

/// The MHD_ContentReaderCallback of every answer.
func readBody(
  context: UnsafeMutableRawPointer?,
  position: UInt64,
  buffer: UnsafeMutablePointer<CChar>?,
  capacity: Int
) -> Int {
  guard let context = unsafe context, let buffer = unsafe buffer else { return cmhd_end_with_error }
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  return unsafe exchange.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
}
