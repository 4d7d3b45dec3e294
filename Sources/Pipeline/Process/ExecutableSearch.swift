import CSystem
@unsafe @preconcurrency import Glibc

/// The look-up of a command in `PATH`, done here because the child's `PATH` is not ours.
package enum ExecutableSearch {
  /// The folders of the default `PATH`, where the environment has none.
  package static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

  /// The path of an executable file: `name` itself (relative to `directory`) if it holds a slash, else the first hit.
  package static func find(_ name: String, path: String?, directory: String) -> String? {
    if name.utf8.contains(UInt8(ascii: "/")) {
      let file = name.hasPrefix("/") ? name : "\(directory)/\(name)"
      return isExecutableFile(file) ? file : nil
    }
    guard !name.isEmpty else { return nil }
    for folder in (path ?? defaultPath).split(separator: ":") where folder.hasPrefix("/") {
      let file = "\(folder)/\(name)"
      if isExecutableFile(file) { return file }
    }
    return nil
  }

  static func isExecutableFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
