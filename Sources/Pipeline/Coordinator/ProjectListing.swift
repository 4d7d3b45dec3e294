package import SourceControl

/// What a project holds at one moment, by-products of checks left out.
package struct ProjectListing: Hashable, Sendable {
  /// The content of every file, by path.
  package var files: [ProjectPath: ObjectID]
  /// The id of the whole listing.
  package var tree: ObjectID

  package init(files: [ProjectPath: ObjectID], tree: ObjectID) {
    self.files = files
    self.tree = tree
  }

  /// The paths whose content differs, or that only one of the two has, in order.
  package func paths(differingFrom other: [ProjectPath: ObjectID]) -> [ProjectPath] {
    var paths = files.filter { other[$0.key] != $0.value }.map { $0.key }
    paths += other.keys.filter { files[$0] == nil }
    return paths.sorted()
  }
}

/// Looks at the files of a project; the only way in which the coordinator sees them.
package protocol ProjectScanning: Sendable {
  /// Lists the project as it is now, without `.git`, `.autonomy`, ignored files and `excluding`.
  func listing(excluding byProducts: Set<ProjectPath>) async throws -> ProjectListing

  /// The bytes of a file, or nil if there is none.
  func contents(of path: ProjectPath) async throws -> [UInt8]?
}
