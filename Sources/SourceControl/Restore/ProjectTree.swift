@unsafe @preconcurrency import Glibc

/// A project's folder as a rollback changes it: every name is reached from the root, and no link is followed.
struct ProjectTree: Sendable {
  private let root: SharedFolder

  init(_ path: String) throws(FileFailure) {
    root = SharedFolder(try FileHandle(folder: path))
  }

  /// Opens a folder of the project, nil for its root.
  func open(_ path: ProjectPath?) throws(FileFailure) -> SharedFolder {
    var folder = root
    for name in path?.bytes.split(separator: slash) ?? [] {
      folder = SharedFolder(try FileHandle(FileName(name), in: folder.descriptor, isFolder: true))
    }
    return folder
  }

  /// Lists the files that are at a path, below it or in place of a folder above it.
  func obstacles(at path: ProjectPath) -> [ProjectPath] {
    var folder = root
    var walked: [UInt8] = []
    for component in path.bytes.split(separator: slash) {
      walked += (walked.isEmpty ? [] : [slash]) + component
      let name = FileName(component)
      guard let status = try? FileStatus(of: name, in: folder.descriptor) else { return [] }
      guard status.isFolder else { return [ProjectPath(trusted: walked)] }
      guard let handle = try? FileHandle(name, in: folder.descriptor, isFolder: true) else { return [] }
      folder = SharedFolder(handle)
    }
    return files(in: folder, path: walked)
  }

  /// The first entry called '.git' in the folder at a path or below it; nil where there is none.
  func repository(below path: ProjectPath) -> ProjectPath? {
    guard let folder = try? open(path), let names = try? folder.list() else { return nil }
    let entries = names.items.map { path.bytes + [slash] + names.names[$0.range] }.map(ProjectPath.init(trusted:))
    return entries.first { $0.lastComponent.elementsEqual(".git".utf8) }
      ?? entries.lazy.compactMap { repository(below: $0) }.first
  }

  private func files(in folder: SharedFolder, path: [UInt8]) -> [ProjectPath] {
    guard let listing = try? folder.list() else { return [] }
    return listing.items.flatMap { item -> [ProjectPath] in
      let name = FileName(listing.names[item.range])
      let place = path + [slash] + name.text
      guard let status = try? FileStatus(of: name, in: folder.descriptor) else { return [] }
      guard status.isFolder else { return [ProjectPath(trusted: place)] }
      guard let handle = try? FileHandle(name, in: folder.descriptor, isFolder: true) else { return [] }
      return files(in: SharedFolder(handle), path: place)
    }
  }
}

extension ProjectPath {
  /// The last component's bytes.
  var lastComponent: ArraySlice<UInt8> {
    bytes[(bytes.lastIndex(of: slash).map { $0 + 1 } ?? 0)...]
  }
}
