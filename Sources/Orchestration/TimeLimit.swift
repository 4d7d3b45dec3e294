/// What `body` comes to; nil where it takes longer than `limit`, and then it is cancelled and waited for.
package func result<T: Sendable>(
  within limit: Duration,
  by clock: any Clock<Duration>,
  of body: @escaping @Sendable () async throws -> T
) async throws -> T? {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await clock.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
