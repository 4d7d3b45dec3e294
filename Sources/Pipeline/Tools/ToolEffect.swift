package import SourceControl

/// What a tool asks the agent loop to do; handlers compute, they do not write.
package enum ToolEffect: Hashable, Sendable {
  case change(FileChange)
  case plan([PlannedTask])
  case issue(ReviewIssue)
  case approval(ProjectPath, notes: String?)
  case question(String)
  case finished(summary: String)
}
