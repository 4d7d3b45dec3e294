@unsafe @preconcurrency import Glibc

/// The folder of a store: a bare Git repository of our own, which one process at a time may change.
final class StoreFolder: Sendable {
  let path: String
  private let lock: Int32

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
    try removeLitter()
    // Git takes a folder for a repository by these; the garbage of a store is ours to collect.
    try write(
      "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n",
      to: "config"
    )
    try write("ref: refs/heads/none\n", to: "HEAD")
  }

  deinit {
    // A child between its fork and its exec has the descriptor too, and would hold the lock a moment longer.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private func write(_ text: String, to name: String) throws {
    if unsafe access("\(path)/\(name)", F_OK) == 0 { return }
    var file = try OutputFile(in: path, prefix: "tmp_")
    try file.write(Array(text.utf8))
    try file.sync()
    try file.publish(as: name)
  }

  private func removeLitter() throws {
    for name in try Self.names(in: path) where name.hasPrefix("tmp_") { unsafe unlink("\(path)/\(name)") }
    let packs = "\(path)/objects/pack"
    let names = Set(try Self.names(in: packs))
    for name in names {
      // A pack without an index was never seen by anybody.
      let isUnfinished = name.hasSuffix(".pack") && !names.contains(name.dropLast(".pack".count) + ".idx")
      let isOrphan = name.hasSuffix(".idx") && !names.contains(name.dropLast(".idx".count) + ".pack")
      if name.hasPrefix("tmp_") || isUnfinished || isOrphan { unsafe unlink("\(packs)/\(name)") }
    }
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
