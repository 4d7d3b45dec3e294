import CSystem
@unsafe @preconcurrency import Glibc

/// A file under a name of its own until it is whole; it goes when it is not renamed.
struct UnfinishedFile: ~Copyable {
  private let folder: SharedDescriptor
  private let name: String
  private let descriptor: SharedDescriptor
  private let path: String

  init(in folder: SharedDescriptor, mode: mode_t, named path: String) throws(WorkspaceError) {
    let name = ProjectFolder.unfinishedPrefix + String(UInt64.random(in: 0...(.max)), radix: 36)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let number = unsafe openat(folder.number, name, flags, mode)
    guard number >= 0 else { throw .system(errno, "write", path) }
    self.folder = folder
    self.name = name
    self.path = path
    descriptor = SharedDescriptor(number)
  }

  deinit {
    // Once renamed there is no such name any more, and this fails as it should.
    unsafe unlinkat(folder.number, name, 0)
  }

  func write(_ content: [UInt8]) throws(WorkspaceError) { try descriptor.write(content, named: path) }

  /// Gives the file the owner, group and permissions of the one that it is to replace.
  func takeOwnershipAndMode(of old: stat) throws(WorkspaceError) {
    var own = stat()
    guard unsafe fstat(descriptor.number, &own) == 0 else { throw .system(errno, "write", path) }
    if own.st_uid != old.st_uid || own.st_gid != old.st_gid {
      guard fchown(descriptor.number, old.st_uid, old.st_gid) == 0 else {
        throw WorkspaceError(
          .notPermitted,
          path: path,
          "'\(path)' belongs to another user, and writing it would change that."
        )
      }
    }
    // After fchown(2), which clears the set-user-ID and set-group-ID bits.
    guard fchmod(descriptor.number, old.st_mode & 0o7777) == 0 else { throw .system(errno, "write", path) }
  }

  func synchronize() throws(WorkspaceError) {
    guard fsync(descriptor.number) == 0 else { throw .system(errno, "write", path) }
  }

  func rename(to target: String, replacing: Bool) throws(WorkspaceError) {
    if replacing {
      guard unsafe renameat(folder.number, name, folder.number, target) == 0 else {
        throw .system(errno, "write", path)
      }
      return
    }
    // linkat(2) never replaces; file systems without hard links get renameat(2), after the look that was just taken.
    if unsafe linkat(folder.number, name, folder.number, target, 0) == 0 { return }
    guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS else { throw .system(errno, "write", path) }
    guard unsafe renameat(folder.number, name, folder.number, target) == 0 else { throw .system(errno, "write", path) }
  }
}

extension SharedDescriptor {
  /// Writes all of the content where the file is at, or throws of the file that has this `path`.
  func write(_ content: [UInt8], named path: String) throws(WorkspaceError) {
    var start = 0
    while start < content.count {
      let count = unsafe content[start...].withUnsafeBytes {
        unsafe Glibc.write(number, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system(errno, "write", path) }
      start += count
    }
  }
}
