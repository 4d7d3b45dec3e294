/// Paths that belong to a tree although rules ignore them.
struct ExtraPaths: Sendable {
  let paths: Set<ProjectPath>
  /// The folders above them, which are walked for their sake.
  private let folders: Set<ProjectPath>

  init(_ paths: Set<ProjectPath>) {
    self.paths = paths
    var folders: Set<ProjectPath> = []
    for path in paths {
      var folder = path.parent
      while let next = folder, folders.insert(next).inserted { folder = next.parent }
    }
    self.folders = folders
  }

  func include(_ path: [UInt8], isFolder: Bool) -> Bool {
    guard !paths.isEmpty else { return false }
    return (isFolder ? folders : paths).contains(ProjectPath(trusted: path))
  }
}
