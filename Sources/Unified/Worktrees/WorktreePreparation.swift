import Pipeline
import SourceControl

/// Makes a new worktree ready for work.
package protocol LanePreparing: Sendable {
  /// The ignored folders that it gets from the project.
  var shared: [String] { get }

  /// Throws `RunRefusal` with the outcome `environment` where it cannot be done.
  func prepare(_ worktree: Worktree) async throws
}

/// What the user says that a worktree needs before anything can be done in it.
struct WorktreePreparation: LanePreparing {
  /// The project's folder, as which commands in a sandbox see the worktree.
  let place: String
  let configuration: Configuration
  let environment: [String: String]

  var shared: [String] { configuration.worktree.share }

  /// Throws `RunRefusal` where `worktree.share` names something that a worktree has already, because it is captured.
  static func check(_ share: [String], of files: some Sequence<ProjectPath>) throws(RunRefusal) {
    for name in share {
      guard let path = try? ProjectPath(name).bytes else { continue }
      let isCaptured = files.contains { $0.bytes == path || $0.bytes.starts(with: path + [UInt8(ascii: "/")]) }
      guard isCaptured else { continue }
      throw RunRefusal(
        .configuration,
        "'worktree.share' names '\(name)', which a worktree has already, because it is not ignored. Name ignored folders "
          + "only."
      )
    }
  }

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
        let parts = [result.exitCode.map { "exit code \($0)" }, result.note ?? output].compactMap { $0 }
        let reason = parts.filter { !$0.isEmpty }.joined(separator: ": ")
        throw RunRefusal(
          .environment,
          "The command '\(command)' of 'worktree.setup' failed in a worktree (\(reason)). Mend it, or let it have the "
            + "network with 'checks.network'."
        )
      }
    }
  }
}
