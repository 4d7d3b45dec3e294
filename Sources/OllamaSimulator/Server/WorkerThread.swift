@unsafe @preconcurrency import Glibc

/// A thread of its own for work that blocks.
struct WorkerThread {
  /// Starts a detached thread that runs `body` once.
  static func start(_ body: @escaping @Sendable () -> Void) throws(HTTPServerError) {
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      },
      box
    )
    guard status == 0 else {
      unsafe Unmanaged<Box>.fromOpaque(box).release()
      throw HTTPServerError("Cannot start a thread for the simulated server: \(systemMessage(status)).")
    }
    pthread_detach(thread)
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }
}

/// The system's own words for an error number.
func systemMessage(_ number: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
