@unsafe @preconcurrency import Glibc

/// The folder of a store: a bare Git repository of our own, which one process at a time may change.
final class StoreFolder: Sendable {
  let path: String
  /// Nil where the folder is only read.
  private let lock: Int32?
  /// Whether a pack was found to be cut off, or gone.
  let isDamaged: Bool

  /// Opens the folder, makes it if it is not there, takes the lock and removes what a dead owner left half written.
  init(_ path: String) throws {
    self.path = path
    for folder in ["", "/objects", "/objects/pack", "/objects/info", "/refs"] {
      guard unsafe mkdir(path + folder, 0o700) == 0 || errno == EEXIST else {
        throw SnapshotError.system(FileFailure(errno), at: path + folder)
      }
    }
    let lock = unsafe open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw SnapshotError.system(FileFailure(errno), at: "\(path)/lock") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw SnapshotError.locked(path)
    }
    self.lock = lock
    isDamaged = try Self.removeLitter(in: path)
    // Git takes a folder for a repository by these; the garbage of a store is ours to collect.
    let former = try FileHandle.contents(of: "\(path)/config").map { $0.elementsEqual(Self.core.utf8) }
    try write(Self.core + Self.allowances, to: "config", replacing: former ?? false)
    let head = "ref: \(SnapshotRefs.latest)\n"
    // Earlier versions let it lead nowhere.
    let isOutdated = try FileHandle.contents(of: "\(path)/HEAD").map { $0.elementsEqual("ref: refs/heads/none\n".utf8) }
    try write(head, to: "HEAD", replacing: isOutdated ?? false)
  }

  /// Looks at the folder without the lock, as others may change it meanwhile.
  init(reading path: String) {
    (self.path, lock, isDamaged) = (path, nil, false)
  }

  /// Whether nobody else may change it.
  var isLocked: Bool { lock != nil }

  deinit {
    guard let lock else { return }
    // A child between its fork and its exec has the descriptor too, and would hold the lock a moment longer.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private static let core =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n"
  /// A project may have what Git would not take from others; nothing in the store is ever checked out by it.
  private static let allowances =
    "[fsck]\n"
    + [
      "gitmodulesBlob", "gitmodulesLarge", "gitmodulesMissing", "gitmodulesName", "gitmodulesParse", "gitmodulesPath",
      "gitmodulesSymlink", "gitmodulesUpdate", "gitmodulesUrl", "gitattributesBlob", "gitattributesLarge",
      "gitattributesLineLength", "gitattributesMissing", "gitattributesSymlink", "gitignoreSymlink", "mailmapSymlink",
    ]
    .map { "\t\($0) = ignore\n" }.joined()

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  private func write(_ text: String, to name: String, replacing: Bool = false) throws {
    if !replacing, Self.exists("\(path)/\(name)") { return }
    var file = try OutputFile(in: path, prefix: "tmp_")
    try file.write(Array(text.utf8))
    try file.sync()
    try file.publish(as: name)
  }

  /// Removes what nobody can use, and tells whether a pack is cut off or gone.
  private static func removeLitter(in path: String) throws -> Bool {
    for name in try names(in: path) where name.hasPrefix("tmp_") { unsafe unlink("\(path)/\(name)") }
    let packs = "\(path)/objects/pack"
    let names = Set(try names(in: packs))
    var isDamaged = false
    for name in names {
      if name.hasPrefix("tmp_") { unsafe unlink("\(packs)/\(name)") }
      guard name.hasSuffix(".idx") else { continue }
      let pack = name.dropLast(".idx".count) + ".pack"
      if !names.contains(String(pack)) {
        unsafe unlink("\(packs)/\(name)")
        isDamaged = true
        continue
      }
      do throws(FileFailure) {
        if try !PackFile.isWhole("\(packs)/\(name.dropLast(".idx".count))") { isDamaged = true }
      } catch {
        throw SnapshotError.system(error, at: "\(packs)/\(pack)")
      }
    }
    return isDamaged
  }

  /// The names in one of the store's own folders.
  static func names(in folder: String) throws -> [String] {
    do {
      let listing = try SharedFolder(FileHandle(folder: folder)).list()
      return listing.items.map { String(decoding: listing.names[$0.range], as: UTF8.self) }
    } catch {
      throw SnapshotError.system(error, at: folder)
    }
  }
}

extension StoreFolder {
  /// The bytes of all files in a folder and below it.
  static func size(of folder: String) throws -> Int {
    let handle = try FileHandle(folder: folder)
    let listing = try FolderListing(of: handle.descriptor)
    var size = 0
    for item in listing.items {
      let name = listing.names[item.range]
      // A file that went meanwhile takes nothing.
      guard let status = try? FileStatus(of: FileName(name), in: handle.descriptor) else { continue }
      size += status.isFolder ? try Self.size(of: "\(folder)/\(String(decoding: name, as: UTF8.self))") : status.size
    }
    return size
  }
}
