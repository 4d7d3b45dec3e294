@unsafe @preconcurrency import Glibc

extension ProjectFolder {
  /// Removes files that an interrupted `apply` left in one folder.
  func removeUnfinishedFiles(in folder: SharedDescriptor) {
    for name in Self.names(in: folder) where name.hasPrefix(Self.unfinishedPrefix) {
      unsafe unlinkat(folder.number, name, 0)
    }
  }
}
