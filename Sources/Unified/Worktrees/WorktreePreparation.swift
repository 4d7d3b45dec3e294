import Pipeline

/// What the user says that a worktree needs before anything can be done in it.
struct WorktreePreparation: Sendable {
  /// The project's folder, as which commands in a sandbox see the worktree.
  let place: String
  let configuration: Configuration
  let environment: [String: String]

  /// Carries the commands of `worktree.setup` out in a worktree, one after the other.
  ///
  /// Throws `RunRefusal` with the outcome `environment` where one fails.
  func prepare(_ worktree: Worktree) async throws {
    guard !configuration.worktree.setup.isEmpty else { return }
    let runner = CheckRunner(
      project: worktree.path,
      seenAs: place,
      configuration: configuration,
      environment: environment,
      sandbox: try await Sandbox.probe(configuration.sandbox, environment: environment)
    )
    for command in configuration.worktree.setup {
      let result = try await runner.run(CheckDefinition(name: "setup", arguments: ["sh", "-c", command]), in: nil)
      guard result.status == .passed else {
        let output = result.output.split(separator: "\n").suffix(3).joined(separator: " ")
        throw RunRefusal(
          .environment,
          "The command '\(command)' of 'worktree.setup' failed in a worktree (\(result.note ?? output)). Mend it, or "
            + "let it have the network with 'checks.network'."
        )
      }
    }
  }
}
