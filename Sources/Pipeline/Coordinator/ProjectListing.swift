package import SourceControl

/// What a project holds at one moment, by-products of checks left out.
package struct ProjectListing: Hashable, Sendable {
  /// The content of every file, by path.
  package var files: [ProjectPath: ObjectID]
  /// What those are that are no plain files.
  package var kinds: [ProjectPath: FileEntry.Kind]
  /// The id of the whole listing.
  package var tree: ObjectID

  package init(files: [ProjectPath: ObjectID], kinds: [ProjectPath: FileEntry.Kind] = [:], tree: ObjectID) {
    self.files = files
    self.kinds = kinds
    self.tree = tree
  }

  /// What a file is; nil where there is none.
  package func kind(of path: ProjectPath) -> FileEntry.Kind? { files[path].map { _ in kinds[path] ?? .file } }

  /// The paths whose content differs, or that only one of the two has, in order.
  package func paths(differingFrom other: [ProjectPath: ObjectID]) -> [ProjectPath] {
    var paths = files.filter { other[$0.key] != $0.value }.map { $0.key }
    paths += other.keys.filter { files[$0] == nil }
    return paths.sorted()
  }

  /// The same of a whole listing, with those that are the same but for what they are, as executable files.
  package func paths(differingFrom other: ProjectListing) -> [ProjectPath] {
    let paths = paths(differingFrom: other.files)
    guard kinds != other.kinds else { return paths }
    let others = Set(kinds.keys).union(other.kinds.keys).filter { path in
      kinds[path] != other.kinds[path] && files[path] != nil && files[path] == other.files[path]
    }
    return (paths + others).sorted()
  }
}

/// Looks at the files of a project; the only way in which the coordinator sees them.
package protocol ProjectScanning: Sendable {
  /// Lists the project as it is now, without `.git`, `.autonomy`, `excluding`, and ignored files but for `extra`.
  func listing(excluding byProducts: Set<ProjectPath>, including extra: Set<ProjectPath>) async throws -> ProjectListing

  /// The bytes of a file, or nil if there is none.
  func contents(of path: ProjectPath) async throws -> [UInt8]?

  /// The bytes that Git would keep of what is there itself: of a link that is where it leads.
  func storedContents(of path: ProjectPath) async throws -> [UInt8]?
}

extension ProjectScanning {
  package func storedContents(of path: ProjectPath) async throws -> [UInt8]? { try await contents(of: path) }

  /// Lists the project as it is now, without files that rules ignore.
  package func listing() async throws -> ProjectListing { try await listing(excluding: [], including: []) }

  /// Lists the project, or a worktree of it, as a state sees it: what tasks wrote is in it though rules ignore it, what
  /// checks left is not.
  package func listing(
    for state: PipelineState,
    inProject isInProject: Bool = true,
    including more: [ProjectPath] = []
  ) async throws -> ProjectListing {
    let written = state.writtenFiles(inProject: isInProject).union(more)
    return try await listing(excluding: state.byProducts, including: written)
  }
}

extension PipelineState {
  /// The files that tasks wrote, in their worktrees or not; with `inProject` those alone that are in the project itself.
  package func writtenFiles(inProject: Bool) -> Set<ProjectPath> { tasks.writtenFiles(inProject: inProject) }
}

extension Sequence<TaskRecord> {
  package func writtenFiles(inProject: Bool) -> Set<ProjectPath> {
    var paths: Set<ProjectPath> = []
    // What is at the same place in the project, while a task is in its worktree, may be the user's.
    for task in self where !inProject || task.lane == nil { paths.formUnion(task.origins.lazy.map(\.path)) }
    return paths
  }
}
