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
    let files = after.paths(differingFrom: before.files).map { ($0, after.files[$0]) }
    let kept = await recorder.keep(files, limit: RunRecorder.mostChanged) { path in
      try? await scanner.contents(of: path)
    }
    recorder.note(.files(kept))
  }
}
