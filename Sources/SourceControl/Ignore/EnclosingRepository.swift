@unsafe @preconcurrency import Glibc

/// The Git repository that a project lies in, as far as it says which files belong to the project.
///
/// Of the configuration only `core.excludesFile` is looked at, and nothing is written.
struct EnclosingRepository: Sendable {
  /// The path from the repository's root to the project, with a slash at its end.
  private var prefix: [UInt8] = []
  /// The rules above the project, outermost first, each with the length of its folder's path.
  private var outerRules: [(depth: Int, rules: IgnoreRules)] = []
  private var trackedSum: UInt64 = 0
  private var outerSources: [[UInt8]] = []
  private(set) var directory: Directory?
  private var exclude = IgnoreFile()
  private var excludesFile: ExcludesFile?
  private var indexStatus: FileStatus?
  /// The files that Git tracks whether rules ignore them or not.
  private(set) var tracked = ExtraPaths([])

  /// Where the parts of a repository lie; those of a worktree are shared except for its index.
  struct Directory: Sendable {
    let own: String
    let shared: String
  }

  init(of project: String) {
    guard let project = Self.absolutePath(of: project) else { return }
    let components = project.utf8.split(separator: slash)
    for count in (0...components.count).reversed() {
      let folder = "/" + components[..<count].map { String($0) ?? "" }.joined(separator: "/")
      guard let directory = Self.gitDirectory(of: folder) else { continue }
      self.directory = directory
      excludesFile = ExcludesFile(root: folder, repository: directory.shared)
      readOuterRules(from: folder, along: components[count...].map { Array($0) })
      return
    }
  }

  /// The rules that hold before the first folder of the project is looked at.
  var rules: IgnoreStack {
    var stack = IgnoreStack(prefix: prefix)
    // The user's own rules are the weakest.
    if let excludesFile { stack.push(excludesFile.rules, depth: 0) }
    stack.push(exclude.rules, depth: 0)
    for layer in outerRules { stack.push(layer.rules, depth: layer.depth) }
    return stack
  }

  /// A number that changes with the rules and with the files that Git tracks, the same in every process.
  var signature: UInt64 {
    var bytes = prefix
    for source in outerSources + [exclude.source, excludesFile?.source ?? []] { bytes += source + [0] }
    return PathHash.hash(bytes) &+ trackedSum
  }

  /// Brings rules and tracked files up to date and tells whether they are others now.
  mutating func refresh(at time: Int) -> Bool {
    guard let directory else { return false }
    var isChanged = excludesFile?.refresh(at: time) ?? false
    if let folder = try? FileHandle(folder: directory.shared + "/info") {
      if exclude.refresh(Self.excludeName, in: folder.descriptor, at: time) { isChanged = true }
    }
    if let folder = try? FileHandle(folder: directory.own), refreshTracked(in: folder, at: time) { isChanged = true }
    return isChanged
  }

  private mutating func refreshTracked(in folder: borrowing FileHandle, at time: Int) -> Bool {
    let status = try? FileStatus(of: Self.indexName, in: folder.descriptor)
    // Git writes its index anew under another name, so that an equal status means the same file.
    guard status != indexStatus else { return false }
    let file = try? FileHandle(Self.indexName, in: folder.descriptor, isFolder: false)
    let bytes: [UInt8]
    if let file { bytes = (try? file.readAll()) ?? [] } else { bytes = [] }
    indexStatus = status
    let paths = GitIndex.paths(in: bytes).filter { $0.starts(with: prefix) && $0.count > prefix.count }
    let before = tracked.paths
    tracked = ExtraPaths(Set(paths.map { ProjectPath(trusted: Array($0.dropFirst(prefix.count))) }))
    trackedSum = PathHash.sum(tracked.paths)
    return tracked.paths != before
  }

  private static let excludeName = FileName("exclude".utf8)
  private static let indexName = FileName("index".utf8)

  /// Reads the ignore files of the folders above the project.
  ///
  /// A project that those ignore as a whole was chosen nevertheless: then they do not count.
  private mutating func readOuterRules(from folder: String, along components: [[UInt8]]) {
    var folder = folder
    var stack = IgnoreStack()
    var path: [UInt8] = []
    var rules: [(depth: Int, rules: IgnoreRules)] = []
    for component in components {
      var file = IgnoreFile()
      if let handle = try? FileHandle(folder: folder) {
        _ = file.refresh(FileName(".gitignore".utf8), in: handle.descriptor, at: 0)
      }
      outerSources.append(file.source)
      stack.push(file.rules, depth: path.count)
      rules.append((path.count, file.rules))
      if stack.ignores(path + component, isFolder: true) { return }
      path += component + [slash]
      folder += "/" + String(decoding: component, as: UTF8.self)
    }
    (prefix, outerRules) = (path, rules)
  }

  /// The folder that holds a repository's own files: `.git`, or what a file of that name leads to.
  private static func gitDirectory(of folder: String) -> Directory? {
    guard let handle = try? FileHandle(folder: folder) else { return nil }
    let name = FileName(".git".utf8)
    guard let status = try? FileStatus(of: name, in: handle.descriptor) else { return nil }
    if status.isFolder { return Directory(own: folder + "/.git", shared: folder + "/.git") }
    guard let own = firstLine(of: ".git", in: folder, after: "gitdir: ") else { return nil }
    return Directory(own: own, shared: firstLine(of: "commondir", in: own, after: "") ?? own)
  }

  /// Reads a path from a file's first line; a relative one starts at the file's folder.
  private static func firstLine(of name: String, in folder: String, after prefix: String) -> String? {
    guard let handle = try? FileHandle(folder: folder),
      let file = try? FileHandle(FileName(name.utf8), in: handle.descriptor, isFolder: false),
      let content = try? file.readAll(), content.starts(with: prefix.utf8)
    else { return nil }
    let line = content.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "\n") }
    let path = String(decoding: line, as: UTF8.self)
    return line.first == slash ? path : folder + "/" + path
  }

  private static func absolutePath(of path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
