package import Pipeline

/// A phase that does what a closure says.
package struct StubPhase: Phase {
  private let body: @Sendable (StepContext) async throws -> PhaseResult

  package init(_ body: @escaping @Sendable (StepContext) async throws -> PhaseResult) {
    self.body = body
  }

  package func run(_ context: StepContext) async throws -> PhaseResult { try await body(context) }
}
