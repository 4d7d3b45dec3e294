import CSystem
@unsafe @preconcurrency import Glibc
import SourceControl

extension ProjectFolder {
  /// What files are called while they are being written.
  static let unfinishedPrefix = ".autonomy-write-"

  /// Carries `change` out, or changes nothing; the file must still be as the change says it was.
  func apply(_ change: FileChange, limit: Int) throws(WorkspaceError) {
    let components = change.path.components
    let text = change.path.description
    if let refusal = ProtectedPaths.refusalToWrite(components) { throw refusal }
    guard let name = components.last else { throw .outside(text) }
    let creates = change.before == nil && change.content != nil
    var way = Way(folder: descriptor)
    do throws(WorkspaceError) {
      for component in components.dropLast() { try enter(component, &way, creating: creates, named: text) }
      try apply(change, to: name, in: way.folder, limit: limit)
    } catch {
      // Folders that hold something by now stay.
      for (folder, name) in way.made.reversed() { unsafe unlinkat(folder.number, name, AT_REMOVEDIR) }
      throw error
    }
  }

  /// The folders down to a file, and which of them were made on the way.
  private struct Way {
    var folder: SharedDescriptor
    var made: [(SharedDescriptor, String)] = []
  }

  private func apply(
    _ change: FileChange,
    to name: String,
    in folder: SharedDescriptor,
    limit: Int
  ) throws(WorkspaceError) {
    let text = change.path.description
    let before = try status(of: name, in: folder, named: text)
    guard let before else {
      guard change.before == nil else { throw .changed(text) }
      if let content = change.content { try create(name, content, mode: change.mode, in: folder, named: text) }
      return
    }
    guard before.st_mode & S_IFMT == S_IFREG, let expected = change.before else { throw .changed(text) }
    let file = try Self.file(name, in: folder, named: text, limit: limit)
    guard try ObjectID.of(file.bytes, at: text) == expected else { throw .changed(text) }
    guard file.status.st_nlink == 1 else { throw .linked(text) }
    if let content = change.content {
      try replace(name, content, like: file.status, in: folder, named: text)
    } else {
      try requireUnchanged(name, file.status, in: folder, named: text)
      guard unsafe unlinkat(folder.number, name, 0) == 0 else { throw .system(errno, "delete", text) }
    }
  }

  private func enter(_ name: String, _ way: inout Way, creating: Bool, named text: String) throws(WorkspaceError) {
    if creating {
      if unsafe mkdirat(way.folder.number, name, 0o777) == 0 {
        way.made.append((way.folder, name))
      } else if errno != EEXIST {
        throw .system(errno, "make the folder of", text)
      }
    }
    way.folder = try open(name, in: way.folder, named: text)
  }

  private func status(of name: String, in folder: SharedDescriptor, named text: String) throws(WorkspaceError) -> stat?
  {
    var status = stat()
    if unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
    guard errno == ENOENT else { throw .system(errno, "look at", text) }
    return nil
  }

  private func create(
    _ name: String,
    _ content: [UInt8],
    mode: UInt16,
    in folder: SharedDescriptor,
    named text: String
  ) throws(WorkspaceError) {
    let unfinished = try UnfinishedFile(in: folder, mode: mode_t(mode), named: text)
    try unfinished.write(content)
    try unfinished.rename(to: name, replacing: false)
  }

  private func replace(
    _ name: String,
    _ content: [UInt8],
    like old: stat,
    in folder: SharedDescriptor,
    named text: String
  ) throws(WorkspaceError) {
    // A new file costs a search for room that gets longer with every file that gives way to one.
    if !isDurable, try overwrite(name, content, in: folder, named: text) { return }
    let unfinished = try UnfinishedFile(in: folder, mode: 0o600, named: text)
    try unfinished.write(content)
    try unfinished.takeOwnershipAndMode(of: old)
    // After a power failure the file must have its old content or its new one, not none.
    if isDurable { try unfinished.synchronize() }
    try requireUnchanged(name, old, in: folder, named: text)
    try unfinished.rename(to: name, replacing: true)
  }

  /// Writes into the file itself; answers false where its permissions do not let it.
  private func overwrite(
    _ name: String,
    _ content: [UInt8],
    in folder: SharedDescriptor,
    named text: String
  ) throws(WorkspaceError) -> Bool {
    let number = unsafe openat(folder.number, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { return false }
    try SharedDescriptor(number).write(content, named: text)
    return true
  }

  /// Looks a last time, so that a change made while the new content was written is not lost.
  private func requireUnchanged(
    _ name: String,
    _ old: stat,
    in folder: SharedDescriptor,
    named text: String
  ) throws(WorkspaceError) {
    guard let now = try status(of: name, in: folder, named: text),
      now.st_dev == old.st_dev, now.st_ino == old.st_ino, now.st_size == old.st_size,
      now.st_mtim.tv_sec == old.st_mtim.tv_sec, now.st_mtim.tv_nsec == old.st_mtim.tv_nsec,
      now.st_ctim.tv_sec == old.st_ctim.tv_sec, now.st_ctim.tv_nsec == old.st_ctim.tv_nsec
    else { throw .changed(text) }
  }
}

extension WorkspaceError {
  static func linked(_ path: String) -> WorkspaceError {
    WorkspaceError(
      .linked,
      path: path,
      "'\(path)' is a hard link: the same file has another name, perhaps outside the project. It is not changed."
    )
  }
}
