import Pipeline

/// Makes worktrees ready and records what that made in them.
struct RecordingPreparation: LanePreparing {
  let preparation: WorktreePreparation
  let recorder: RunRecorder
  let project: Workspace

  var shared: [String] { preparation.shared }

  func prepare(_ worktree: Worktree) async throws {
    guard !preparation.configuration.worktree.setup.isEmpty else { return }
    let scanner = ProjectScanner(workspace: try project.sibling(at: worktree.path))
    let before = try await scanner.listing()
    try await preparation.prepare(worktree)
    let after = try await scanner.listing()
    let paths = after.paths(differingFrom: before)
    recorder.note(.files(await recorder.keep(paths, of: after, in: scanner, limit: RunRecorder.mostChanged)))
  }
}
