@unsafe @preconcurrency import Glibc

/// What a walk knows, kept on disk so that the next process need not read every file; it may be deleted at any time.
///
/// The file is a list of blocks, each a folder, with a checksum. A folder that changed is written again at the end, and
/// the last block of a folder counts; when a good part of the file is outdated it is written anew.
struct WalkCache {
  private let path: String
  private let root: String
  /// The number in the file that stands for the rules it was made under.
  private var rules: UInt64?
  private var folderCount: UInt32 = 0
  /// The size of the file, and that of the blocks in it that count.
  private var size = 0
  private var liveSize = 0

  /// With fewer bytes outdated than this the file is not worth writing anew.
  private static let leastOutdated = 1 << 14

  // Changes with the layout, which is this machine's own.
  private static let magic = Array("autonomy walk 1\n".utf8)

  init(at path: String, root: String) {
    self.path = path
    self.root = root
  }

  /// What the file begins with, before the number for the rules.
  private var heading: [UInt8] { Self.magic + BlockWriter.number(root.utf8.count) + root.utf8 }

  mutating func remove() {
    unsafe unlink(path)
    (size, liveSize, rules) = (0, 0, nil)
  }
}

// MARK: - Reading

extension WalkCache {
  /// Reads what was written last, with the number for the rules; nil if there is nothing that can be used.
  mutating func load() -> (root: Folder, rules: UInt64)? {
    guard let file = try? FileHandle(descriptor: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)),
      var reader = CacheReader(file, heading: heading)
    else { return nil }
    let rules = reader.rules
    var blocks: [UInt32: CachedFolder] = [:]
    var lengths: [UInt32: Int] = [:]
    size = heading.count + 8
    liveSize = size
    while let (block, length) = reader.next() {
      blocks[block.number] = block
      size += length
      liveSize += length - (lengths.updateValue(length, forKey: block.number) ?? 0)
    }
    folderCount = (blocks.keys.max() ?? 0) + 1
    guard let block = blocks[0],
      let root = Self.folder(block, name: FileName(".".utf8), path: [], blocks: blocks, depth: 0)
    else { return nil }
    self.rules = rules
    return (root, rules)
  }

  private static func folder(
    _ block: CachedFolder,
    name: FileName,
    path: [UInt8],
    blocks: [UInt32: CachedFolder],
    depth: Int
  ) -> Folder? {
    guard depth < 4096 else { return nil }
    let folder = Folder(name: name, path: path)
    block.fill(folder)
    for (name, number) in block.folders {
      guard let child = blocks[number],
        let next = Self.folder(
          child,
          name: FileName(name),
          path: path + name + [slash],
          blocks: blocks,
          depth: depth + 1
        )
      else { return nil }
      folder.folders.append(next)
    }
    return folder
  }
}

// MARK: - Writing

extension WalkCache {
  /// Writes what the last walks found that is not in the file.
  mutating func save(_ root: Folder, rules: UInt64) throws {
    var unsaved: [Folder] = []
    root.visit { folder in
      if folder.isUnsaved || folder.number == nil { unsaved.append(folder) }
    }
    guard !unsaved.isEmpty || rules != self.rules else { return }
    var total = 0
    for folder in unsaved { total += folder.names.count + folder.files.count * MemoryLayout<FileRecord>.stride }
    if size == 0 || size - liveSize + total > max(Self.leastOutdated, liveSize / 4) {
      return try rewrite(root, rules: rules)
    }
    for folder in unsaved where folder.number == nil { number(folder) }
    var bytes: [UInt8] = []
    for folder in unsaved { BlockWriter.append(folder, to: &bytes) }
    let file = try FileHandle(descriptor: unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW))
    // What an interrupted writer left behind the last whole block is written over.
    guard ftruncate(file.descriptor, size) == 0, lseek(file.descriptor, 0, SEEK_END) == size else {
      throw FileFailure(errno)
    }
    try file.write(bytes)
    size += bytes.count
    if rules != self.rules {
      let number = BlockWriter.number(Int(bitPattern: UInt(rules)))
      let count = unsafe number.withUnsafeBytes { bytes in
        unsafe pwrite(file.descriptor, bytes.baseAddress, bytes.count, heading.count)
      }
      guard count == number.count else { throw FileFailure(errno) }
      self.rules = rules
    }
    for folder in unsaved { folder.isUnsaved = false }
  }

  private mutating func rewrite(_ root: Folder, rules: UInt64) throws {
    folderCount = 0
    root.visit { number($0) }
    var file = try OutputFile(in: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), prefix: "tmp_cache_")
    try file.write(heading + BlockWriter.number(Int(bitPattern: UInt(rules))))
    var bytes: [UInt8] = []
    try root.visit { folder in
      bytes.removeAll(keepingCapacity: true)
      BlockWriter.append(folder, to: &bytes)
      try file.write(bytes)
    }
    size = file.size
    liveSize = size
    try file.publish(as: String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...]))
    self.rules = rules
    root.visit { $0.isUnsaved = false }
  }

  private mutating func number(_ folder: Folder) {
    folder.number = folderCount
    folderCount += 1
  }
}
