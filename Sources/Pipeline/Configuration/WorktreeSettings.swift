import SourceControl

/// What the configuration says about worktrees, the folders beside the project in which runs are compared and
/// tasks are worked on at once.
package struct WorktreeSettings: Hashable, Sendable {
  package var setup: [String] = []
  package var share: [String] = []

  package init() {}

  static let keys: [ConfigurationKey<WorktreeSettings>] = [
    ConfigurationKey(
      "setup",
      \.setup,
      "Shell commands that prepare a worktree, which holds captured files only, such as 'npm ci'."
    ),
    ConfigurationKey(
      "share",
      \.share,
      "Ignored folders that a worktree gets copies of, such as 'node_modules' or '.venv'.",
      expectation: "a list of folders inside the project but '.autonomy' and '.git'"
    ) { $0.allSatisfy(isShareable) },
  ]

  private static func isShareable(_ folder: String) -> Bool {
    guard let first = (try? ProjectPath(folder))?.components.first else { return false }
    return first != StateFolder.name && first != ".git"
  }
}
