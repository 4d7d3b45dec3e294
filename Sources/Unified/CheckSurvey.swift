@unsafe @preconcurrency import Glibc
package import Pipeline

/// Finds the checks of a project without running them.
package enum CheckSurvey {
  /// The checks that a run would begin with.
  package static func checks(
    of project: String,
    configuration: Configuration,
    environment: [String: String],
    sandbox: Sandbox
  ) async throws -> [CheckDefinition] {
    let runner = CheckRunner(
      project: project,
      configuration: configuration,
      environment: environment,
      sandbox: sandbox
    )
    let checks = try await runner.discover()
    // Looking for some tools needs a cache; whatever is made of ours must not show up in the user's Git.
    let folder = StateFolder(ofProject: project)
    if unsafe access(folder.path, F_OK) == 0 { try folder.make() }
    return checks
  }
}
