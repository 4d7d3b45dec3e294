import Pipeline
package import Testing

/// What shuts checks in on this machine, tried out, as a container may forbid it.
package enum WorkingSandbox {
  package static func isThere() async throws -> Bool {
    try await Sandbox.probe(.auto, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]).isActive
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where checks can only run in the open.
  package static var whereChecksAreShutIn: Self {
    .enabled("bubblewrap does not work on this machine", { try await WorkingSandbox.isThere() })
  }
}
