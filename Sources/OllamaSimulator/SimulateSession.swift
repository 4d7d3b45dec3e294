/// Serves a scenario until it is told to stop.
package enum SimulateSession {
  /// Serves the scenario in `file`, calls `onStart` with the server, returns the summary when `untilStopped` returns.
  package static func run(
    file: String,
    port: Int = 0,
    onRequest: (@Sendable (RecordedRequest) -> Void)? = nil,
    onStart: (OllamaSimulator) -> Void,
    untilStopped: () async -> Void
  ) async throws -> SimulationSummary {
    let scenario = try Scenario(contentsOf: file)
    let simulator = try await OllamaSimulator(
      scenario: scenario,
      port: port,
      keepsRequests: false,
      onRequest: onRequest
    )
    onStart(simulator)
    await untilStopped()
    await simulator.stop()
    return simulator.summary
  }
}
