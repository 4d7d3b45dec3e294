package import SourceControl

/// The files of a project folder, looked at through the one file walker.
package struct ProjectScanner: ProjectScanning {
  private let workspace: Workspace

  package init(workspace: Workspace) {
    self.workspace = workspace
  }

  package func listing(
    excluding byProducts: Set<ProjectPath>,
    including extra: Set<ProjectPath>
  ) async throws -> ProjectListing {
    let tree = try await workspace.tree(including: extra, ignoring: byProducts)
    var files: [ProjectPath: ObjectID] = [:]
    files.reserveCapacity(tree.entries.count)
    var kinds: [ProjectPath: FileEntry.Kind] = [:]
    for (path, entry) in tree.entries where !byProducts.contains(path) {
      files[path] = entry.id
      if entry.kind != .file { kinds[path] = entry.kind }
    }
    // Of one form whether there are any now or not, so that the same files have the same.
    let id = byProducts.isEmpty ? tree.id : try Self.id(of: files)
    return ProjectListing(files: files, kinds: kinds, tree: id)
  }

  package func contents(of path: ProjectPath) async throws -> [UInt8]? {
    try await workspace.contents(of: path)?.bytes
  }

  package func storedContents(of path: ProjectPath) async throws -> [UInt8]? {
    try await workspace.storedBytes(of: path)
  }

  private static func id(of files: [ProjectPath: ObjectID]) throws -> ObjectID {
    let lines = files.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    return try ObjectID(blob: Array(lines.joined().utf8))
  }
}
