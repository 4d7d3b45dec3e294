@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport

/// Everything in a project's folder that a rollback must bring back, byte for byte; what is the program's is left out.
struct FolderImage: Equatable {
  private(set) var entries: [[UInt8]: Entry] = [:]

  struct Entry: Equatable {
    let mode: UInt32
    let content: [UInt8]
  }

  /// Looks at everything, or only at what lies in folders of one name, at any depth.
  init(of folder: String, including name: String? = nil) {
    read(Array(folder.utf8), path: [])
    guard let name else { return }
    read(Array(folder.utf8) + [0x2F] + name.utf8, path: Array(name.utf8) + [0x2F])
    entries = entries.filter { path, _ in path.split(separator: 0x2F).contains { $0.elementsEqual(name.utf8) } }
  }

  /// The paths at which two images differ.
  func differences(from other: FolderImage) -> [String] {
    Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }
      .map { path in
        let text = String(decoding: path, as: UTF8.self)
        return "\(text): \(String(describing: other.entries[path])) became \(String(describing: entries[path]))"
      }.sorted()
  }

  private mutating func read(_ folder: [UInt8], path: [UInt8]) {
    for name in Self.names(in: folder)
    where !(path.isEmpty && [".autonomy", ".git"].contains { name.elementsEqual($0.utf8) }) {
      let place = folder + [0x2F] + name
      var status = stat()
      unsafe lstat(Self.cString(place), &status)
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      let content = status.st_mode & S_IFMT == S_IFLNK ? Self.target(place) : isFolder ? [] : Self.bytes(place)
      entries[path + name] = Entry(mode: UInt32(status.st_mode), content: content)
      if isFolder { read(place, path: path + name + [0x2F]) }
    }
  }

  private static func cString(_ bytes: [UInt8]) -> [CChar] { (bytes + [0]).map { CChar(bitPattern: $0) } }

  private static func target(_ path: [UInt8]) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink(cString(path), &buffer, buffer.count)
    return buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
  }

  private static func bytes(_ path: [UInt8]) -> [UInt8] {
    let descriptor = unsafe open(cString(path), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    unsafe fstat(descriptor, &status)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    return Array(bytes.prefix(max(0, count)))
  }

  static func names(in folder: [UInt8]) -> [[UInt8]] {
    guard let directory = unsafe opendir(cString(folder)) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { pointer in
          unsafe Array(
            UnsafeBufferPointer(
              start: pointer,
              count: strlen(UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            )
          )
        }
      }
      if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
    }
    return names
  }
}

/// What tells whether anybody touched a file.
struct FileStamp: Equatable {
  private let inode: UInt64
  private let modified: Int
  private let changed: Int

  init(of path: String) {
    var status = stat()
    unsafe lstat(path, &status)
    inode = UInt64(status.st_ino)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    changed = Int(status.st_ctim.tv_sec) * 1_000_000_000 + Int(status.st_ctim.tv_nsec)
  }
}

/// What a project's store has on disk.
struct StoreImage {
  private let folder: String

  init(of project: TemporaryDirectory) {
    folder = project.path + "/.autonomy/checkpoints"
  }

  var packs: [String] { names("objects/pack").filter { $0.hasSuffix(".pack") } }

  /// What is only there while something is being done.
  var leftovers: [String] {
    names("").filter { $0.hasPrefix("tmp_") } + names("objects/pack").filter { $0.hasPrefix("tmp_") } + names("restore")
  }

  private func names(_ relative: String) -> [String] {
    FolderImage.names(in: Array("\(folder)/\(relative)".utf8)).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension SnapshotStore {
  /// Takes a snapshot when the files are so old that no change of theirs could go unseen, and are not read again.
  func snapshotOfSettledFiles(in project: TemporaryDirectory) throws -> SourceControl.Snapshot {
    let cache = project.appending(".autonomy/checkpoints/walk.cache")
    var stamp: FileStamp
    var snapshot: SourceControl.Snapshot
    repeat {
      stamp = FileStamp(of: cache)
      snapshot = try self.snapshot(SnapshotLabel("One"))
    } while FileStamp(of: cache) != stamp
    return snapshot
  }
}
