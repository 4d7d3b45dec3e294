@unsafe @preconcurrency import Glibc
import Synchronization

/// A thread of its own for one piece of blocking work, because the cooperative pool has no thread to spare.
package enum DedicatedThread {
  /// Runs `body` on a new thread and suspends until it is done.
  package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      let work = Work { continuation.resume(returning: Result(catching: body)) }
      if !work.start() {
        let message = "No thread could be started. Close other programs or raise the limit of processes."
        continuation.resume(returning: .failure(ProcessError(.resources, message)))
      }
    }
    return try result.get()
  }

  private final class Work: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }

    func start() -> Bool {
      var thread = pthread_t()
      let retained = unsafe Unmanaged.passRetained(self)
      let status = unsafe pthread_create(
        &thread,
        nil,
        { raw in
          guard let raw = unsafe raw else { return nil }
          unsafe Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
          return nil
        },
        retained.toOpaque()
      )
      guard status == 0 else {
        unsafe retained.release()
        return false
      }
      pthread_detach(thread)
      return true
    }
  }
}
