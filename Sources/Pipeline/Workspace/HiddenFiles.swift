import CSystem
@unsafe @preconcurrency import Glibc
import SourceControl

/// What the user's `.autonomyignore` hides from models; read again whenever the file changed.
struct HiddenFiles {
  static let fileName = ".autonomyignore"

  private var rules = IgnoreRules.none
  private var stamp: Stamp?

  private struct Stamp: Equatable {
    let inode: UInt64
    let size: Int
    let seconds: Int
    let nanoseconds: Int
  }

  /// Says whether the rules hide a place or a folder above it.
  mutating func hides(_ path: ProjectPath, isFolder: Bool, in folder: ProjectFolder) throws(WorkspaceError) -> Bool {
    try reload(from: folder)
    return rules.ignores(path, isFolder: isFolder)
  }

  private mutating func reload(from folder: ProjectFolder) throws(WorkspaceError) {
    var status = stat()
    guard unsafe fstatat(folder.descriptor.number, Self.fileName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      guard errno == ENOENT else { throw .system(errno, "read", Self.fileName) }
      self = HiddenFiles()
      return
    }
    let now = Stamp(
      inode: UInt64(status.st_ino),
      size: Int(status.st_size),
      seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec
    )
    guard stamp != now else { return }
    // Nothing may be shown while it is not known what is hidden.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw WorkspaceError(
        .environment,
        path: Self.fileName,
        "'\(Self.fileName)' is no regular file. Put one in its place, or remove it."
      )
    }
    do {
      let file = try ProjectFolder.file(
        Self.fileName,
        in: folder.descriptor,
        named: Self.fileName,
        limit: 1 << 20
      )
      rules = IgnoreRules(parsing: file.bytes)
      stamp = now
    } catch {
      throw WorkspaceError(.environment, path: Self.fileName, "What models must not see is unknown. \(error.message)")
    }
  }
}
