@unsafe @preconcurrency import Glibc

extension ProjectFolder {
  /// Removes files that an interrupted `apply` left in one folder; what cannot be removed is left for the user to see.
  func removeUnfinishedFiles(in folder: SharedDescriptor) {
    let number = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { return }
    guard let stream = unsafe fdopendir(number) else {
      close(number)
      return
    }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(Self.unfinishedPrefix) { unsafe unlinkat(folder.number, name, 0) }
    }
  }
}
