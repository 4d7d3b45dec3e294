import CSystem
@unsafe @preconcurrency import Glibc

/// The folder `.autonomy` of a project, where everything of ours lives.
package struct StateFolder: Sendable {
  package static let name = ".autonomy"

  /// Absolute.
  package let path: String

  package var database: String { "\(path)/state.db" }

  /// Names the folder of the project at `root`; nothing is made.
  package init(ofProject root: String) {
    path = "\(root)/\(Self.name)"
  }

  /// Whether there is a database; throws where the user may not look for one.
  package func exists() throws(ProjectFolderError) -> Bool {
    var status = stat()
    if unsafe stat(database, &status) == 0 { return true }
    guard errno == EACCES else { return false }
    throw ProjectFolderError(
      "The folder '\(path)' cannot be read: \(unsafe String(cString: strerror(EACCES))). Act as the user who owns it, or "
        + "have the permission given to you."
    )
  }

  /// Makes the folder, closed to others and ignored by Git, where it is missing.
  package func make() throws(ProjectFolderError) {
    if unsafe mkdir(path, 0o700) != 0 {
      guard errno == EEXIST else {
        throw ProjectFolderError("'\(path)' cannot be made: \(unsafe String(cString: strerror(errno))).")
      }
      var status = stat()
      guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw ProjectFolderError(
          "'\(path)' is no folder, and what a run keeps belongs into a folder of that name. Rename or remove it."
        )
      }
    }
    let ignore = "\(path)/.gitignore"
    let descriptor = unsafe open(ignore, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      guard errno == EEXIST else {
        throw ProjectFolderError("'\(ignore)' cannot be written: \(unsafe String(cString: strerror(errno))).")
      }
      return
    }
    defer { close(descriptor) }
    guard unsafe write(descriptor, "*\n", 2) == 2 else {
      throw ProjectFolderError("'\(ignore)' cannot be written: \(unsafe String(cString: strerror(errno))).")
    }
  }
}
