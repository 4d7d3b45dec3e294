@unsafe @preconcurrency import Glibc

/// The references of the store, all in the one file that Git packs them in, which is replaced as a whole.
struct SnapshotRefs: Sendable {
  private let folder: String
  /// Whether they are written at all, for others to find.
  private let isKept: Bool
  /// Every reference, other programs' too.
  private var commits: [String: ObjectID] = [:]

  static let fileName = "packed-refs"
  private static let prefix = "refs/autonomy/checkpoints/"
  /// Leads to the newest snapshot, for commands of Git that begin with HEAD, which must be a branch.
  static let latest = "refs/heads/latest"
  private static let heading = "# pack-refs with: peeled fully-peeled sorted \n"

  /// Reads the references of the repository in `folder`.
  init(in folder: String, isKept: Bool = true) throws {
    self.folder = folder
    self.isKept = isKept
    guard let bytes = try FileHandle.contents(of: "\(folder)/\(Self.fileName)") else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("#") || line.hasPrefix("^") { continue }
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let commit = ObjectID(String(parts[0])) else {
        throw SnapshotError.damaged("'\(Self.fileName)' holds the line '\(line)'")
      }
      // Written anew each time.
      if parts[1] != Self.latest { commits[String(parts[1])] = commit }
    }
  }

  /// The snapshots and their commits, the oldest first.
  var snapshots: [(id: SnapshotID, commit: ObjectID)] {
    commits.compactMap { name, commit in Self.id(name).map { ($0, commit) } }.sorted { $0.0 < $1.0 }
  }

  /// The commits that references of other programs lead to.
  var foreign: [ObjectID] { commits.filter { Self.id($0.key) == nil }.map(\.value) }

  subscript(id: SnapshotID) -> ObjectID? { commits[Self.prefix + id.description] }

  /// Adds a snapshot; only if it `isDurable` it is sure to be there after a loss of power.
  ///
  /// `wait` is called when the file is written and not in its place yet: it waits for the file, if there is one, and for
  /// what the file leads to.
  mutating func add(
    _ id: SnapshotID,
    commit: ObjectID,
    isDurable: Bool,
    step: StepObserver,
    wait: (inout OutputFile?) throws -> Void = { try $0?.sync() }
  ) throws {
    var next = self
    next.commits[Self.prefix + id.description] = commit
    try next.write(isDurable: isDurable, step: step, wait: wait)
    self = next
  }

  /// Drops snapshots, durably.
  mutating func remove(_ ids: Set<SnapshotID>, step: StepObserver) throws {
    var next = self
    for id in ids { next.commits[Self.prefix + id.description] = nil }
    try next.write(isDurable: true, step: step) { try $0?.sync() }
    self = next
  }

  private func write(isDurable: Bool, step: StepObserver, wait: (inout OutputFile?) throws -> Void) throws {
    var file: OutputFile?
    guard isKept else { return try wait(&file) }
    file = try OutputFile(in: folder, prefix: "tmp_refs_")
    var text = Array(Self.heading.utf8)
    var lines = commits.map { (name: Array($0.key.utf8), commit: $0.value) }
    if let newest = snapshots.last { lines.append((Array(Self.latest.utf8), newest.commit)) }
    for (name, commit) in lines.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      text += "\(commit) ".utf8
      text += name
      text.append(UInt8(ascii: "\n"))
    }
    try file?.write(text)
    try step("refs.sync")
    try wait(&file)
    try step("refs.publish")
    try file?.publish(as: Self.fileName)
    guard isDurable else { return }
    try step("refs.folder")
    try FileHandle(folder: folder).synchronize()
  }

  private static func id(_ name: String) -> SnapshotID? {
    name.hasPrefix(prefix) ? SnapshotID(String(name.dropFirst(prefix.count))) : nil
  }
}

extension FileHandle {
  /// Reads a file whole; nil if there is none.
  static func contents(of path: String) throws -> [UInt8]? {
    let file: FileHandle
    do {
      file = try FileHandle(descriptor: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
    } catch {
      if error.code == ENOENT { return nil }
      throw SnapshotError.system(error, at: path)
    }
    return try file.readAll()
  }
}
