import Pipeline

/// The plan that `init` writes for the user to fill in.
enum PlanTemplate {
  /// Whether a project's plan is as `init` wrote it.
  static func isUntouched(in project: String) -> Bool {
    FileBytes.read("\(project)/\(Coordinator.planName)") == Array(text(named: name(ofFolder: project)).utf8)
  }

  /// The name of a project, which is its folder's.
  static func name(ofFolder path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? "Project"
  }

  static func text(named name: String) -> String {
    """
    # \(name)

    Say in a few sentences what this project is, who uses it and what for. Name the language, the libraries it may use,
    and how it is built.

    ## What is there

    Name the files that matter and what they hold. Leave this out for a new project.

    ## What to build

    1. **The first part** (`path/to/file`). What it does, what goes in, what comes out, what happens when something is
       wrong. One part is what one person would do in an hour or two.
    2. **The second part** (`path/to/other`, needs the first part). The same for this one.

    ## Rules

    - How the work is tested, and which files must not change.

    """
  }
}
