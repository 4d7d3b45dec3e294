import CZlib
@unsafe @preconcurrency import Glibc

/// A pack of the store with its index, as garbage collection sees it.
struct PackFile {
  private let path: String
  let entries: [PackEntry]
  private let size: Int
  private let handle: SharedFolder

  /// Opens the pack whose files are `path` with `.pack` and `.idx` behind.
  init(_ path: String) throws {
    self.path = path
    guard let bytes = try FileHandle.contents(of: path + ".idx"), let index = PackIndex(bytes) else {
      throw SnapshotError.damaged("'\(path).idx' is not readable")
    }
    entries = index.entries
    handle = SharedFolder(try FileHandle(descriptor: unsafe open(path + ".pack", O_RDONLY | O_CLOEXEC)))
    size = try FileStatus(of: handle.descriptor).size
  }

  func isNamed(_ name: String) -> Bool { path.hasSuffix("/" + name) }

  /// The number of bytes that the entry at `index` takes.
  func size(ofEntryAt index: Int) -> Int {
    let end = index + 1 < entries.count ? entries[index + 1].offset : size - ObjectID.byteCount
    return end - entries[index].offset
  }

  /// Reads an entry as it is; nil if it is the difference to another one, as Git writes them.
  func bytes(ofEntryAt index: Int) throws -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size(ofEntryAt: index))
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(handle.descriptor, buffer.baseAddress, buffer.count, entries[index].offset)
    }
    guard count == bytes.count, let first = bytes.first else {
      throw SnapshotError.damaged("'\(path).pack' is cut off")
    }
    guard unsafe bytes.withUnsafeBytes({ unsafe czlib_crc32(0, $0.baseAddress, $0.count) }) == entries[index].checksum
    else { throw SnapshotError.damaged("'\(path).pack' holds other bytes than were written") }
    return ObjectKind(rawValue: first >> 4 & 7) == nil ? nil : bytes
  }

  /// Tells whether the pack has an object, as it was written.
  func hasWhole(_ id: ObjectID) -> Bool {
    guard let index = entries.firstIndex(where: { $0.id == id }), size(ofEntryAt: index) > 0 else { return false }
    return (try? bytes(ofEntryAt: index)) != nil
  }

  /// Tells whether every entry is as it was written.
  var isWhole: Bool {
    entries.indices.allSatisfy { size(ofEntryAt: $0) > 0 && (try? bytes(ofEntryAt: $0)) != nil }
  }

  /// Tells whether a pack ends with the checksum that its index has, as Git asks before it reads from it.
  static func isWhole(_ path: String) throws(FileFailure) -> Bool {
    let pack = try FileHandle(descriptor: unsafe open(path + ".pack", O_RDONLY | O_CLOEXEC))
    let index = try FileHandle(descriptor: unsafe open(path + ".idx", O_RDONLY | O_CLOEXEC))
    let end = checksum(pack, before: 0)
    return end != nil && end == checksum(index, before: ObjectID.byteCount)
  }

  /// The checksum that stands so many bytes before a file's end.
  private static func checksum(_ file: borrowing FileHandle, before distance: Int) -> [UInt8]? {
    guard let size = try? FileStatus(of: file.descriptor).size else { return nil }
    var bytes = [UInt8](repeating: 0, count: ObjectID.byteCount)
    let offset = size - distance - bytes.count
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(file.descriptor, buffer.baseAddress, buffer.count, offset)
    }
    return count == bytes.count ? bytes : nil
  }

  /// Removes the files; the index first, without which nobody sees the pack.
  func remove(step: StepObserver) throws {
    try step("gc.index")
    unsafe unlink(path + ".idx")
    try step("gc.pack")
    unsafe unlink(path + ".pack")
    // What Git may have put beside it.
    for suffix in [".rev", ".bitmap", ".mtimes"] { unsafe unlink(path + suffix) }
  }
}
