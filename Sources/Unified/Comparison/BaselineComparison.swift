import Pipeline
import SourceControl

/// Finds out whether the project's checks come to the same in a worktree as in place.
///
/// The project is not written to: in place means a copy of all that is there, ignored files and the repository included,
/// but for what was built, and seen at the project's place only where checks are shut in.
struct BaselineComparison {
  private let comparison: Comparison

  init(_ comparison: Comparison) {
    self.comparison = comparison
  }

  /// Throws `RunRefusal` with the outcome `environment` where a check differs.
  func check(_ store: CheckpointStore, _ start: Comparison.Start) async throws {
    let sandbox = try await Sandbox.probe(comparison.configuration.sandbox, environment: comparison.environment)
    let inPlace = try await ScratchCopy.with(
      of: comparison.project,
      replacing: [:],
      // Checks that are shut in have it mounted.
      withRepository: !sandbox.isActive
    ) { copy in
      // Seen as the project, like a worktree: what a check knows of its place must not make the difference.
      let runner = comparison.runner(of: copy.root, sandbox)
      return try await runner.run(try await runner.discover(), in: nil)
    }
    let worktree = try await store.makeWorktree(
      for: .comparison,
      "baseline",
      at: start.checkpoint,
      sharing: comparison.configuration.worktree.share
    )
    let apart: [CheckResult]
    do {
      try await comparison.prepare(worktree)
      let runner = comparison.runner(of: worktree.path, sandbox)
      apart = try await runner.run(try await runner.discover(), in: nil)
      try await worktree.remove()
    } catch {
      try? await worktree.remove()
      throw error
    }
    try compare(inPlace, apart, sandbox)
  }

  private func compare(_ inPlace: [CheckResult], _ apart: [CheckResult], _ sandbox: Sandbox) throws(RunRefusal) {
    let statuses = Dictionary(apart.map { ($0.name, $0.status) }) { $1 }
    for result in inPlace where statuses[result.name] != result.status {
      let there = statuses[result.name].map { "'\($0.rawValue)'" } ?? "not found"
      throw RunRefusal(
        .environment,
        "The check '\(result.name)' is '\(result.status.rawValue)' in place and \(there) in a worktree, which holds "
          + "captured files only\(sandbox.isActive ? "" : " and, without a sandbox, no '.git'"). Name the ignored folders "
          + "it needs under 'worktree.share', or the commands that make them under 'worktree.setup'."
      )
    }
  }
}

extension Comparison {
  func runner(of folder: String, _ sandbox: Sandbox) -> CheckRunner {
    CheckRunner(
      project: folder,
      seenAs: folder == project ? nil : project,
      configuration: configuration,
      environment: environment,
      sandbox: sandbox
    )
  }

  /// Carries out in a worktree what the configuration says it needs.
  func prepare(_ worktree: Worktree) async throws {
    try await WorktreePreparation(place: project, configuration: configuration, environment: environment)
      .prepare(worktree)
  }
}
