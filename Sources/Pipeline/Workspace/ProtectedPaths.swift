/// The places that models never get at, whatever a phase allows.
enum ProtectedPaths {
  /// Letter case is ignored, because some file systems do.
  private static let closed = [".git", ".autonomy"]
  private static let readOnly = ["master_plan.md", "autonomy.json", ".autonomyignore"]

  /// Says why nothing at `components` may be looked at; nil if it may.
  static func refusalToRead(_ components: [String], named path: String) -> WorkspaceError? {
    guard let name = components.first(where: { closed.contains($0.lowercased()) }) else { return nil }
    return WorkspaceError(.protected, path: path, "'\(path)' is closed to models, like everything in '\(name)'.")
  }

  /// Says why the file at `components` may not be changed; nil if it may.
  static func refusalToWrite(_ components: [String]) -> WorkspaceError? {
    if let refusal = refusalToRead(components, named: components.joined(separator: "/")) { return refusal }
    guard components.count == 1, let name = components.first, readOnly.contains(name.lowercased()) else { return nil }
    return WorkspaceError(.protected, path: name, "'\(name)' belongs to the user and is never changed.")
  }
}
