@unsafe @preconcurrency import Glibc
import Pipeline

/// The way from what the user typed to the folder of a project.
enum ProjectPlace {
  /// The absolute path of the project's folder without symbolic links; throws where it is none.
  static func folder(_ name: String, _ console: Console) throws -> String {
    let path = console.path(name)
    guard let resolved = unsafe realpath(path, nil) else {
      let reason = errno == ENOENT ? "does not exist" : "cannot be opened: \(unsafe String(cString: strerror(errno)))"
      throw Refusal(.configuration, "The folder '\(path)' \(reason). Give the folder of a project.")
    }
    defer { unsafe free(resolved) }
    let folder = unsafe String(cString: resolved)
    var status = stat()
    guard unsafe stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Refusal(.configuration, "'\(path)' is a file and no folder. Give the folder of a project.")
    }
    return folder
  }

  static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }
}
