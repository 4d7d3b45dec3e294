@unsafe @preconcurrency import Glibc

/// Why a path of the project could not be read or changed.
package struct WorkspaceError: Error, Hashable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    case invalidPath
    case outside
    case protected
    case hidden
    case missing
    case notAFile
    /// The file has other names, which a change would part from it or take along.
    case linked
    /// Somebody changed the file after it was read.
    case changed
    case tooLarge
    case notText
    case notPermitted
    /// The machine is at fault: the disk is full, read-only or broken.
    case environment
  }

  package let code: Code
  package let path: String
  package let message: String

  package init(_ code: Code, path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
  }

  package var description: String { message }
}

extension WorkspaceError {
  /// Says in words what the system call that just failed answered.
  static func system(_ number: Int32, _ action: String, _ path: String) -> WorkspaceError {
    let reason = unsafe String(cString: strerror(number))
    let message = "Could not \(action) '\(path)': \(reason)."
    switch number {
    case EACCES, EPERM, ETXTBSY: return WorkspaceError(.notPermitted, path: path, message)
    case ENOENT: return WorkspaceError(.missing, path: path, message)
    case ENAMETOOLONG: return WorkspaceError(.invalidPath, path: path, "\(message) Choose a shorter name.")
    case ELOOP, ENOTDIR, EISDIR, EEXIST: return changed(path)
    case ENOSPC, EDQUOT: return WorkspaceError(.environment, path: path, "\(message) Free some space, then go on.")
    default: return WorkspaceError(.environment, path: path, message)
    }
  }

  static func changed(_ path: String) -> WorkspaceError {
    WorkspaceError(
      .changed,
      path: path,
      "'\(path)' was changed by somebody else since it was read. Read it again, then try again."
    )
  }

  static func outside(_ path: String) -> WorkspaceError {
    WorkspaceError(
      .outside,
      path: path,
      "'\(path)' lies outside the project. Give a path inside it, such as 'src/main.c'."
    )
  }

  static func wayUp(_ path: String) -> WorkspaceError {
    WorkspaceError(
      .invalidPath,
      path: path,
      "'\(path)' has a '..' in it. Give the path without it, such as 'src/main.c'."
    )
  }
}
