import Pipeline

/// Makes worktrees ready as they once were; nothing is run.
struct ReplayPreparation: LanePreparing {
  let tape: ReplayTape
  let configuration: Configuration

  var shared: [String] { [] }

  func prepare(_ worktree: Worktree) async throws {
    guard !configuration.worktree.setup.isEmpty else { return }
    let files = try await tape.take("what 'worktree.setup' made") { item, _ in
      if case .files(let files) = item { files } else { nil }
    }
    try tape.write(files, "The command of 'worktree.setup' had made", in: worktree.path)
  }
}
