@unsafe @preconcurrency import Glibc

extension SharedFolder {
  /// Makes a file or a link, with its content and permissions; fails where there is one of that name.
  func create(
    _ name: FileName,
    _ content: [UInt8],
    as kind: FileEntry.Kind,
    permissions: UInt32,
    owner: StagingFolder.Owner? = nil
  ) throws(FileFailure) {
    if kind == .link {
      let status = unsafe FileName(content).withPointer { target in
        unsafe name.withPointer { unsafe symlinkat(target, descriptor, $0) }
      }
      guard status == 0 else { throw FileFailure(errno) }
      return
    }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    let file = try FileHandle(descriptor: unsafe name.withPointer { unsafe openat(descriptor, $0, flags, 0o600) })
    try file.write(content)
    // Refused to all but the superuser, who alone can have others' files to bring back.
    if let owner { fchown(file.descriptor, owner.user, owner.group) }
    guard fchmod(file.descriptor, permissions) == 0 else { throw FileFailure(errno) }
  }

  /// Makes a folder that nobody else may look into.
  func makeFolder(_ name: FileName) throws(FileFailure) {
    guard unsafe name.withPointer({ unsafe mkdirat(descriptor, $0, 0o700) }) == 0 else { throw FileFailure(errno) }
  }

  func setPermissions(_ permissions: UInt32, ofFolder name: FileName) throws(FileFailure) {
    let status = unsafe name.withPointer { unsafe fchmodat(descriptor, $0, permissions, 0) }
    guard status == 0 else { throw FileFailure(errno) }
  }

  /// Gives a file or a link the present time, as if it had just been made.
  func setTimes(of name: FileName) throws(FileFailure) {
    let status = unsafe name.withPointer { unsafe utimensat(descriptor, $0, nil, AT_SYMLINK_NOFOLLOW) }
    guard status == 0 else { throw FileFailure(errno) }
  }
}
