/// What is known of a project's folders and files from one walk to the next.
struct FolderIndex: ~Copyable, Sendable {
  let path: String
  private(set) var root = Folder(name: FileName(".".utf8), path: [])
  var extra: Set<ProjectPath> {
    get { extraPaths.paths }
    set {
      guard newValue != extraPaths.paths else { return }
      extraPaths = ExtraPaths(newValue, named: named)
      isRejudged = true
    }
  }

  /// What the user named that belongs to the project although rules ignore it.
  var named: [String] {
    get { extraPaths.named }
    set {
      guard newValue != extraPaths.named else { return }
      extraPaths = ExtraPaths(extra, named: newValue)
      isRejudged = true
    }
  }

  /// Files that no walk sees, whatever rules say.
  var hidden: Set<ProjectPath> = [] {
    didSet { if hidden != oldValue { isRejudged = true } }
  }

  /// The rules that hold at the project's root, from above it and from the repository.
  var rules: IgnoreStack { repository.rules }

  /// Where HEAD of the repository is now.
  var head: GitHead? { repository.directory.flatMap { GitHead(own: $0.own, shared: $0.shared) } }

  /// Tells of a file whether it belongs to the project although rules ignore it.
  var keeps: (ProjectPath) -> Bool {
    let (tracked, extra) = (repository.tracked, extraPaths)
    return { tracked.include($0.bytes, isFolder: false) || extra.include($0.bytes, isFolder: false) }
  }

  private var extraPaths: ExtraPaths
  private var isRejudged = false
  private var cache: WalkCache?
  private var repository: EnclosingRepository

  /// Begins without knowledge, or with what is in the file `cache`.
  init(root path: String, extra: Set<ProjectPath>, cache: String? = nil) {
    self.path = path
    self.cache = cache.map { WalkCache(at: $0, root: path) }
    extraPaths = ExtraPaths(extra)
    repository = EnclosingRepository(of: path)
  }

  /// Looks at every file, and stores in `pack` what is new; with a `focus` only into those folders.
  mutating func refresh(
    storingIn pack: PackWriter? = nil,
    largestFile: Int = .max,
    focus: Set<ArraySlice<UInt8>>? = nil
  ) throws -> [ScanWorker.Log] {
    let git = try LibGit2.loaded()
    do {
      let handle = SharedFolder(try FileHandle(folder: path))
      if repository.refresh(at: FileStatus.now) { isRejudged = true }
      if isRejudged { root.isRejudged = true }
      var scan = Scan(git: git, extra: extraPaths, tracked: repository.tracked)
      scan.hidden = hidden
      (scan.pack, scan.largestFile, scan.focus, scan.isLogging) = (pack, largestFile, focus, pack == nil)
      let logs = try scan.run(root, handle, rules: repository.rules)
      let deflater = try pack.map { _ in try Deflater() }
      _ = try root.settle(git: git) { id, object in
        try deflater?.store(object.span, as: .tree, id: id, in: pack)
      }
      isRejudged = false
      return logs
    } catch {
      // What an error leaves halfway is forgotten, so that the next walk begins anew.
      forget()
      if let failure = error as? FileFailure { throw UnreadableProject(path: path, message: failure.message) }
      throw error
    }
  }

  /// Takes over what an earlier process knew, if this one knows nothing yet and `isSound` says so of the root's tree.
  mutating func load(isSound: (ObjectID) -> Bool) {
    guard root.status == nil, let (known, rules) = cache?.load(), known.id.map(isSound) ?? true else { return }
    _ = repository.refresh(at: FileStatus.now)
    root = known
    if rules != ruleSignature { isRejudged = true }
  }

  /// Keeps what is known for the next process; a failure costs that one time, and nothing else.
  mutating func save() {
    guard root.status != nil else { return }
    let rules = ruleSignature
    do {
      try cache?.save(root, rules: rules)
    } catch {
      cache?.remove()
    }
  }

  /// What decides, beside the files themselves, which of them are the project's.
  private var ruleSignature: UInt64 {
    let named = PathHash.hash(Array(named.joined(separator: "\0").utf8))
    return repository.signature &+ PathHash.sum(extraPaths.paths) &* 31 &+ (self.named.isEmpty ? 0 : named &* 37)
  }

  /// Forgets everything, in memory and on disk.
  mutating func discard() {
    forget()
    cache?.remove()
  }

  /// Forgets everything, so that the next walk reads every file.
  mutating func forget() {
    root = Folder(name: FileName(".".utf8), path: [])
  }
}
