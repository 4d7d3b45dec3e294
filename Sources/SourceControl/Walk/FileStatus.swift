import CSystem
@unsafe @preconcurrency import Glibc

/// What the file system tells about a file without opening it; equal statuses mean the same content, if trusted.
struct FileStatus: Hashable, Sendable, BitwiseCopyable {
  let device: UInt64
  let inode: UInt64
  let mode: UInt32
  /// How many names the file has.
  let links: Int
  let size: Int
  /// The time of the last change of the content, in nanoseconds since 1970; programs may set it to anything.
  let modified: Int
  /// The time of the last change of anything, which programs cannot set.
  let changed: Int

  private init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    mode = UInt32(status.st_mode)
    links = Int(status.st_nlink)
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    changed = Int(status.st_ctim.tv_sec) * 1_000_000_000 + Int(status.st_ctim.tv_nsec)
  }

  /// Asks about an open file.
  init(of descriptor: Int32) throws(FileFailure) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileFailure(errno) }
    self.init(status)
  }

  /// Asks about a name in an open folder, without following a link.
  init(of name: FileName, in folder: Int32) throws(FileFailure) {
    var status = stat()
    let result = unsafe name.withPointer { unsafe fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }
    guard result == 0 else { throw FileFailure(errno) }
    self.init(status)
  }

  /// Asks about a name that ends with NUL.
  init(of name: UnsafePointer<CChar>, in folder: Int32) throws(FileFailure) {
    var status = stat()
    guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw FileFailure(errno) }
    self.init(status)
  }

  /// The bits that say what a file is; the system's own constants are in two modules, and ambiguous.
  private static let kindMask: UInt32 = 0o170_000

  var isFolder: Bool { mode & Self.kindMask == 0o040_000 }
  var isLink: Bool { mode & Self.kindMask == 0o120_000 }
  var isRegular: Bool { mode & Self.kindMask == 0o100_000 }
  var isExecutable: Bool { mode & 0o100 != 0 }

  /// The bits that say who may do what.
  var permissions: UInt32 { mode & 0o7777 }

  /// Tells whether a later change is sure to give another status.
  ///
  /// A change within the clock's granularity of the one seen would leave the times as they are.
  func isTrusted(asOf time: Int) -> Bool {
    // Whole seconds are the mark of a file system that keeps no parts of them.
    let granularity = changed % 1_000_000_000 == 0 ? 2_000_000_000 : 20_000_000
    return changed < time - granularity
  }

  /// The present time in the measure of the statuses.
  static var now: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }
}

/// A refusal of the operating system.
struct FileFailure: Error, Hashable {
  let code: Int32

  init(_ code: Int32) {
    self.code = code
  }

  /// Whether what was asked about is not there any more, or has become something else.
  var isAbsence: Bool { [ENOENT, ENOTDIR, ELOOP, EISDIR].contains(code) }

  var message: String { unsafe String(cString: strerror(code)) }
}

/// One component of a path, with the NUL that system calls want at its end.
struct FileName: Hashable, Sendable {
  let bytes: [UInt8]

  /// Takes a name without NUL.
  init(_ name: some Collection<UInt8>) {
    bytes = Array(name) + [0]
  }

  var text: ArraySlice<UInt8> { bytes.dropLast() }

  /// Lends the name to a system call.
  func withPointer<Value>(_ body: (UnsafePointer<CChar>) throws -> Value) rethrows -> Value {
    try unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("a name has its NUL") }
      return try unsafe body(start.assumingMemoryBound(to: CChar.self))
    }
  }
}
