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
      "Ignored folders that a worktree gets copies of, such as 'node_modules' or '.venv'."
    ),
  ]
}
