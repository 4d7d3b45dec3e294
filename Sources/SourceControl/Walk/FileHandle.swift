@unsafe @preconcurrency import Glibc

/// An open file or folder, closed with its owner.
struct FileHandle: ~Copyable {
  let descriptor: Int32

  /// Opens a name in an open folder, never through a link and never waiting for the other end of a pipe.
  init(_ name: FileName, in folder: Int32, isFolder: Bool) throws(FileFailure) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (isFolder ? O_DIRECTORY : 0)
    descriptor = unsafe name.bytes.withUnsafeBufferPointer { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { name in
        unsafe name.baseAddress.map { unsafe openat(folder, $0, flags) } ?? -1
      }
    }
    guard descriptor >= 0 else { throw FileFailure(errno) }
  }

  /// Opens a folder by its path, through links.
  init(folder path: String) throws(FileFailure) {
    descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(errno) }
  }

  deinit {
    close(descriptor)
  }

  /// Reads what the file holds into `buffer`, up to its size, and returns how much there was.
  borrowing func read(into buffer: inout [UInt8]) throws(FileFailure) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + filled }, bytes.count - filled)
      }
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileFailure(errno) }
      filled += count
    }
    return filled
  }
}

/// A name in a folder, with its kind where the file system tells it.
struct ListedName {
  let name: FileName
  /// Nil where only asking about the file would tell.
  let isFolder: Bool?
}

extension FileHandle {
  /// Lists the folder, in no order, without `.` and `..`.
  borrowing func list() throws(FileFailure) -> [ListedName] {
    // A descriptor of its own, because the stream closes it and moves its position.
    let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw FileFailure(errno) }
    guard let stream = unsafe fdopendir(copy) else {
      let failure = FileFailure(errno)
      close(copy)
      throw failure
    }
    defer { unsafe closedir(stream) }
    var names: [ListedName] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw FileFailure(errno) }
        return names
      }
      guard let start = unsafe entry.pointer(to: \.d_name) else { continue }
      // Read through the pointer, because an entry is only as long as its name.
      let bytes = unsafe UnsafeRawBufferPointer(
        start: start,
        count: strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
      )
      if unsafe bytes.elementsEqual([0x2E]) || bytes.elementsEqual([0x2E, 0x2E]) { continue }
      let type = unsafe Int(entry.pointee.d_type)
      names.append(unsafe ListedName(name: FileName(bytes), isFolder: type == DT_UNKNOWN ? nil : type == DT_DIR))
    }
  }

  /// Reads a link's target.
  static func target(of name: FileName, in folder: Int32) throws(FileFailure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe name.bytes.withUnsafeBufferPointer { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { name in
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
          unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
            guard let name = name.baseAddress, let target = buffer.baseAddress else { return -1 }
            return unsafe readlinkat(folder, name, target, buffer.count)
          }
        }
      }
    }
    guard count >= 0 else { throw FileFailure(errno) }
    return Array(buffer[..<count])
  }
}
