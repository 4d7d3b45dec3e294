@unsafe @preconcurrency import Glibc

extension ProjectFolder {
  /// Lists every file and link outside the closed folders, in no order.
  func everyFile() throws(WorkspaceError) -> [([String], stat)] {
    var found: [([String], stat)] = []
    var pending: [([String], SharedDescriptor)] = [([], descriptor)]
    while let (above, folder) = pending.popLast() {
      for name in Self.names(in: folder) {
        let components = above + [name]
        var status = stat()
        guard ProtectedPaths.refusalToRead([name], named: name) == nil,
          unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
        else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          pending.append((components, try open(name, in: folder, named: components.joined(separator: "/"))))
        } else {
          found.append((components, status))
        }
      }
    }
    return found
  }

  /// The names in a folder; none if it cannot be listed.
  static func names(in folder: SharedDescriptor) -> [String] {
    let number = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { return [] }
    guard let stream = unsafe fdopendir(number) else {
      close(number)
      return []
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
