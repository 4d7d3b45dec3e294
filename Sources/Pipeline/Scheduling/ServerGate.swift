/// Lets steps that are under way beside each other at their models by turns, where a server has no room for all.
package struct ServerGate: Sendable {
  /// By the names of the servers that have limits.
  private let turns: [String: ServerTurns]

  /// Without limits of servers everybody passes at once; how many may be under way in all is not looked at.
  package init(_ limits: SchedulingLimits = SchedulingLimits()) {
    turns = limits.servers.filter { $0.value != ServerCapacity() }
      .mapValues { ServerTurns(ServerLane($0, patience: limits.swapPatience)) }
  }

  /// Carries out what uses the model when it is its turn, after `onWait` where that is not at once.
  ///
  /// Throws `CancellationError` where the task is cancelled before.
  package func pass<Value>(
    with model: PhaseModel,
    onWait: () -> Void = {},
    _ body: () async throws -> Value
  ) async throws -> Value {
    guard let turns = turns[model.server] else { return try await body() }
    let turn = try await turns.begin(with: model.name, onWait)
    defer { turns.end(turn) }
    return try await body()
  }
}
