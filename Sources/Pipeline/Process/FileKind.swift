import CSystem
@unsafe @preconcurrency import Glibc

/// What stands at a path.
package enum FileKind: Hashable, Sendable {
  case file
  case folder
  case link
  case other

  /// What stands at the path, links followed; nil if nothing does.
  package static func of(_ path: String) -> Self? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Self(mode: status.st_mode) : nil
  }

  /// What stands at the path itself; nil if nothing does.
  package static func ofEntry(_ path: String) -> Self? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? Self(mode: status.st_mode) : nil
  }

  init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
  }
}
