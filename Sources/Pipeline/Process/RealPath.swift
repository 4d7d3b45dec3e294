@unsafe @preconcurrency import Glibc

/// Questions about absolute paths.
package enum RealPath {
  /// The path without symbolic links, or nil if nothing is there.
  package static func of(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Whether `path` is `folder` or lies below it.
  static func isInside(_ path: String, _ folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// The folder that holds `path`.
  package static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  package static func lastComponent(of path: String) -> Substring {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
    return path[path.utf8.index(after: slash)...]
  }

  /// Makes a folder and those above it; one that is there already is fine.
  package static func makeFolders(_ path: String, mode: UInt32 = 0o755) throws(ProcessError) {
    if FileKind.of(path) == .folder { return }
    let parent = parent(of: path)
    if parent != path { try makeFolders(parent, mode: mode) }
    guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else {
      throw ProcessError(.resources, "The folder '\(path)' cannot be made: \(ProcessError.text(of: errno)).")
    }
  }
}
