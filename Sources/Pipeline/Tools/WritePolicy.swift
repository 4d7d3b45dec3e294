package import SourceControl

/// Which files a step may change, beyond what nobody may.
package enum WritePolicy: Hashable, Sendable {
  case nothing
  case anyFile
  /// Markdown files and `docs/`, but no instructions for models and no target of a task.
  case documentation(targets: Set<ProjectPath>)

  /// Says why `path` may not be changed; nil if it may.
  func refusal(of path: ProjectPath) -> String? {
    switch self {
    case .nothing: return "This phase changes no files."
    case .anyFile: return nil
    case .documentation(let targets):
      let isMarkdown = ["md", "markdown"].contains(path.fileExtension?.lowercased())
      let isInDocs = path.isInside("docs")
      if !isMarkdown && !isInDocs {
        return "'\(path)' is no documentation: this phase changes Markdown files and files in 'docs/' only."
      }
      if path.name.lowercased() == "agents.md" {
        return "'\(path)' holds the user's instructions for models and is not changed."
      }
      if targets.contains(path) { return "'\(path)' is a target of a task, so this phase does not change it." }
      return nil
    }
  }
}
