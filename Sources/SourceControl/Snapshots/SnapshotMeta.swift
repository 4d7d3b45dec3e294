/// What a snapshot keeps of the files that trees cannot say: permissions, empty folders, and what was skipped.
struct SnapshotMeta: Equatable {
  /// The permissions that most files of a kind have.
  private(set) var usual = Usual()
  /// The permissions of the others, folders among them.
  private(set) var unusual: [ProjectPath: UInt32] = [:]
  private(set) var emptyFolders: Set<ProjectPath> = []
  private(set) var skipped: [ProjectPath: Skipped] = [:]

  struct Usual: Equatable {
    var file: UInt32 = 0o644
    var executable: UInt32 = 0o755
    var folder: UInt32 = 0o755
  }

  struct Skipped: Equatable {
    let reason: String
    let size: Int
  }

  /// The number of files, which is not written.
  private(set) var fileCount = 0

  func permissions(of path: ProjectPath, kind: FileEntry.Kind) -> UInt32 {
    unusual[path] ?? (kind == .executable ? usual.executable : usual.file)
  }

  /// Tells whether a path, or a folder above it, could not be captured.
  func skips(_ path: ProjectPath) -> Bool {
    guard !skipped.isEmpty else { return false }
    var place: ProjectPath? = path
    while let next = place {
      if skipped[next] != nil { return true }
      place = next.parent
    }
    return false
  }

  func permissions(ofFolder path: ProjectPath) -> UInt32 { unusual[path] ?? usual.folder }
}

// MARK: - Gathering

extension SnapshotMeta {
  /// Gathers what is known after a walk.
  init(_ root: Folder) {
    var counts = (file: [UInt32: Int](), executable: [UInt32: Int](), folder: [UInt32: Int]())
    root.visit { folder in
      if let status = folder.status, !folder.path.isEmpty { counts.folder[status.permissions, default: 0] += 1 }
      for file in folder.files where file.isPresent {
        fileCount += 1
        switch file.kind {
        case .file: counts.file[file.permissions, default: 0] += 1
        case .executable: counts.executable[file.permissions, default: 0] += 1
        case .link: break
        }
      }
    }
    usual.file = Self.most(counts.file) ?? usual.file
    usual.executable = Self.most(counts.executable) ?? usual.executable
    usual.folder = Self.most(counts.folder) ?? usual.folder
    root.visit { folder in
      gather(folder)
    }
    for (path, reason) in root.skipped { skipped[path] = Skipped(reason) }
  }

  private mutating func gather(_ folder: Folder) {
    if let status = folder.status, !folder.path.isEmpty, folder.id != nil || !folder.isIgnored {
      let path = ProjectPath(trusted: Array(folder.barePath))
      if folder.id == nil { emptyFolders.insert(path) }
      if status.permissions != usual.folder { unusual[path] = status.permissions }
    }
    for file in folder.files where file.isPresent && file.kind != .link {
      let expected = file.kind == .executable ? usual.executable : usual.file
      if file.permissions != expected { unusual[folder.path(of: file)] = file.permissions }
    }
  }

  /// The most frequent permissions, the lower ones of two that are equally so.
  private static func most(_ counts: [UInt32: Int]) -> UInt32? {
    counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }
}

extension SnapshotMeta.Skipped {
  init(_ reason: SkipReason) {
    switch reason {
    case .unreadable: self.init(reason: "unreadable", size: 0)
    case .special: self.init(reason: "special", size: 0)
    case .changing: self.init(reason: "changing", size: 0)
    case .tooLarge(let size): self.init(reason: "large", size: size)
    case .reserved: self.init(reason: "reserved", size: 0)
    }
  }
}

// MARK: - Writing and reading

extension SnapshotMeta {
  private static let heading = "autonomy-meta 1"

  /// The text that is stored: items with NUL at their ends, paths last in them and as they are.
  var bytes: [UInt8] {
    var bytes = Array(Self.heading.utf8) + [0]
    func append(_ text: String, _ path: ProjectPath?) {
      bytes += text.utf8
      if let path { bytes += path.bytes }
      bytes.append(0)
    }
    append("usual \(Self.octal(usual.file)) \(Self.octal(usual.executable)) \(Self.octal(usual.folder))", nil)
    for (path, mode) in unusual.sorted(by: { $0.key < $1.key }) { append("mode \(Self.octal(mode)) ", path) }
    for path in emptyFolders.sorted() { append("empty ", path) }
    for (path, item) in skipped.sorted(by: { $0.key < $1.key }) { append("skipped \(item.reason) \(item.size) ", path) }
    return bytes
  }

  /// Reads what `bytes` wrote.
  init?(_ bytes: [UInt8]) {
    var items = bytes.split(separator: 0)[...]
    guard items.popFirst()?.elementsEqual(Self.heading.utf8) == true else { return nil }
    for item in items {
      guard let space = item.firstIndex(of: 0x20) else { return nil }
      guard take(String(decoding: item[..<space], as: UTF8.self), item[(space + 1)...]) else { return nil }
    }
  }

  private mutating func take(_ word: String, _ rest: ArraySlice<UInt8>) -> Bool {
    func fields(_ count: Int) -> [ArraySlice<UInt8>] {
      rest.split(separator: 0x20, maxSplits: count - 1, omittingEmptySubsequences: false)
    }
    switch word {
    case "usual":
      let modes = fields(3).compactMap(Self.mode)
      guard modes.count == 3 else { return false }
      usual = Usual(file: modes[0], executable: modes[1], folder: modes[2])
    case "mode":
      let parts = fields(2)
      guard parts.count == 2, let mode = Self.mode(parts[0]) else { return false }
      unusual[ProjectPath(trusted: Array(parts[1]))] = mode
    case "empty":
      emptyFolders.insert(ProjectPath(trusted: Array(rest)))
    case "skipped":
      let parts = fields(3)
      guard parts.count == 3, let size = Int(String(decoding: parts[1], as: UTF8.self)) else { return false }
      let reason = String(decoding: parts[0], as: UTF8.self)
      skipped[ProjectPath(trusted: Array(parts[2]))] = Skipped(reason: reason, size: size)
    default:
      return false
    }
    return true
  }

  private static func octal(_ mode: UInt32) -> String { String(mode, radix: 8) }

  private static func mode(_ text: ArraySlice<UInt8>) -> UInt32? {
    UInt32(String(decoding: text, as: UTF8.self), radix: 8)
  }
}
