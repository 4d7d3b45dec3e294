import CSystem
@unsafe @preconcurrency import Glibc

/// The names in a folder, in no order, without `.` and `..`.
struct FolderListing {
  /// All names, each with NUL at its end.
  private(set) var names: [UInt8] = []
  private(set) var items: [Item] = []

  /// A name in the folder, with its kind where the file system tells it.
  struct Item {
    let range: Range<Int>
    /// Nil where only asking about the file would tell.
    let isFolder: Bool?
  }

  init(of folder: Int32) throws(FileFailure) {
    // A descriptor of its own, because the stream closes it and moves its position.
    let copy = unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw FileFailure(errno) }
    guard let stream = unsafe fdopendir(copy) else {
      let failure = FileFailure(errno)
      close(copy)
      throw failure
    }
    defer { unsafe closedir(stream) }
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw FileFailure(errno) }
        return
      }
      guard let start = unsafe entry.pointer(to: \.d_name) else { continue }
      // Read through the pointer, because an entry is only as long as its name.
      let bytes = unsafe UnsafeRawBufferPointer(
        start: start,
        count: strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
      )
      if unsafe bytes.elementsEqual([0x2E]) || bytes.elementsEqual([0x2E, 0x2E]) { continue }
      let type = unsafe Int(entry.pointee.d_type)
      let range = names.count..<(names.count + bytes.count)
      unsafe names.append(contentsOf: bytes)
      names.append(0)
      items.append(Item(range: range, isFolder: type == DT_UNKNOWN ? nil : type == DT_DIR))
    }
  }
}
