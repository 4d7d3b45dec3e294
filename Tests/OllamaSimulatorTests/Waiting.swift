@unsafe @preconcurrency import Glibc

/// Runs `body`, which blocks, on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let work = ThreadWork { continuation.resume(with: Result(catching: body)) }
    var thread = pthread_t()
    unsafe pthread_create(
      &thread,
      nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run()
        }
        return nil
      },
      Unmanaged.passRetained(work).toOpaque()
    )
    pthread_detach(thread)
  }
}

private final class ThreadWork: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
