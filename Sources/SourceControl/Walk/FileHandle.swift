@unsafe @preconcurrency import Glibc

/// An open file or folder, closed with its owner.
struct FileHandle: ~Copyable {
  let descriptor: Int32

  /// Opens a name in an open folder, never through a link and never waiting for the other end of a pipe.
  init(_ name: FileName, in folder: Int32, isFolder: Bool) throws(FileFailure) {
    let flags = Self.flags | (isFolder ? O_DIRECTORY : 0)
    try self.init(descriptor: unsafe name.withPointer { unsafe openat(folder, $0, flags) })
  }

  /// Opens a file by a name that ends with NUL, in the same way.
  init(_ name: UnsafePointer<CChar>, in folder: Int32) throws(FileFailure) {
    try self.init(descriptor: unsafe openat(folder, name, Self.flags))
  }

  private static let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY

  /// Opens a folder by its path, through links.
  init(folder path: String) throws(FileFailure) {
    try self.init(descriptor: unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
  }

  /// Takes what a system call answered.
  init(descriptor: Int32) throws(FileFailure) {
    guard descriptor >= 0 else { throw FileFailure(errno) }
    self.descriptor = descriptor
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

/// An open folder that several threads look into, closed with its last user.
final class SharedFolder: Sendable {
  private let handle: FileHandle

  init(_ handle: consuming FileHandle) {
    self.handle = handle
  }

  var descriptor: Int32 { handle.descriptor }

  /// Lists the folder.
  func list() throws(FileFailure) -> FolderListing {
    let listing = try FolderListing(of: handle.descriptor)
    // The descriptor must not be closed with its last mention.
    return withExtendedLifetime(self) { listing }
  }
}

extension FileHandle {
  /// Reads a link's target.
  static func target(of name: UnsafePointer<CChar>, in folder: Int32) throws(FileFailure) -> [UInt8] {
    var failure: FileFailure?
    let target = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let length = unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
        unsafe buffer.baseAddress.map { unsafe readlinkat(folder, name, $0, buffer.count) } ?? -1
      }
      if length < 0 { failure = FileFailure(errno) }
      count = max(0, length)
    }
    if let failure { throw failure }
    return target
  }
}
