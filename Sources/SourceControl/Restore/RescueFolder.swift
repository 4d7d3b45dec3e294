import CSystem
@unsafe @preconcurrency import Glibc

/// Where one rollback puts what stood in its way and is in no snapshot, so that its undoing can put it back.
struct RescueFolder {
  /// The store's own folder.
  private let store: String
  private let id: String

  static let parent = "rescued"
  /// The file that says where each item was: a name and a path in turn, each with NUL at its end.
  private static let listName = FileName(".paths".utf8)

  /// Takes the folder of the plan `id`, which is there only while something is in it.
  init(_ id: String, store: String) {
    (self.store, self.id) = (store, id)
  }

  private var place: String { "\(Self.parent)/\(id)" }
  private var path: String { "\(store)/\(place)" }

  /// Moves something out of the way, and answers where it is now.
  func add(_ name: FileName, in folder: Int32, from path: ProjectPath) throws -> RestoreReport.Rescue {
    for folder in ["\(store)/\(Self.parent)", self.path] {
      guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure }
    }
    let target = SharedFolder(try FileHandle(folder: self.path))
    var number = 1
    // The last component alone, with a number before it, because folders of the path may be files there by now.
    func numbered() -> FileName {
      let prefix = "\(number)-"
      return FileName(prefix.utf8 + path.lastComponent.suffix(255 - prefix.utf8.count))
    }
    while (try? FileStatus(of: numbered(), in: target.descriptor)) != nil { number += 1 }
    let new = numbered()
    try note(new, path, in: target)
    let status = unsafe name.withPointer { name in
      unsafe new.withPointer { unsafe renameat2(folder, name, target.descriptor, $0, system_rename_noreplace) }
    }
    guard status == 0 else { throw failure }
    return rescue(new.text, of: path)
  }

  private func note(_ name: FileName, _ path: ProjectPath, in folder: SharedFolder) throws {
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    let list = try FileHandle(
      descriptor: unsafe Self.listName.withPointer { unsafe openat(folder.descriptor, $0, flags, 0o600) }
    )
    try list.write(name.bytes + path.bytes + [0])
  }

  private func rescue(_ name: ArraySlice<UInt8>, of path: ProjectPath) -> RestoreReport.Rescue {
    RestoreReport.Rescue(path: path, place: "\(place)/\(String(decoding: name, as: UTF8.self))")
  }

  private var failure: SnapshotError { .system(FileFailure(errno), at: path) }
}

// MARK: - Putting back

extension RescueFolder {
  /// Something that was rescued, and where it was.
  struct Item: Hashable, Sendable, Codable {
    let name: [UInt8]
    let path: ProjectPath
  }

  /// What is there still.
  var items: [Item] {
    guard let folder = try? FileHandle(folder: path),
      let list = try? FileHandle(Self.listName, in: folder.descriptor, isFolder: false),
      let bytes = try? list.readAll()
    else { return [] }
    let parts = bytes.split(separator: 0).map { Array($0) }
    let items = stride(from: 0, to: parts.count - 1, by: 2).map { index in
      Item(name: parts[index], path: ProjectPath(trusted: parts[index + 1]))
    }
    return items.filter { (try? FileStatus(of: FileName($0.name), in: folder.descriptor)) != nil }
  }

  func has(_ item: Item) -> Bool { items.contains(item) }

  /// Where an item is.
  func rescue(_ item: Item) -> RestoreReport.Rescue { rescue(item.name[...], of: item.path) }

  /// Moves an item to where it was, a folder's content into one that is there; answers false where something is in the
  /// place of any of it by now, or it cannot be.
  func putBack(_ item: Item, in tree: ProjectTree) -> Bool {
    guard let own = try? FileHandle(folder: path), let folder = try? tree.open(item.path.parent) else { return false }
    return Self.move(FileName(item.name), in: SharedFolder(own), to: FileName(item.path.lastComponent), in: folder)
  }

  private static func move(
    _ name: FileName,
    in source: SharedFolder,
    to place: FileName,
    in target: SharedFolder
  ) -> Bool {
    let status = unsafe name.withPointer { name in
      unsafe place.withPointer { place in
        unsafe renameat2(source.descriptor, name, target.descriptor, place, system_rename_noreplace)
      }
    }
    if status == 0 { return true }
    guard errno == EEXIST, let from = try? FileHandle(name, in: source.descriptor, isFolder: true),
      let to = try? FileHandle(place, in: target.descriptor, isFolder: true)
    else { return false }
    let (old, new) = (SharedFolder(from), SharedFolder(to))
    guard let listing = try? old.list() else { return false }
    for item in listing.items {
      let name = FileName(listing.names[item.range])
      _ = move(name, in: old, to: name, in: new)
    }
    // What found no place keeps its folder.
    return unsafe name.withPointer { unsafe unlinkat(source.descriptor, $0, AT_REMOVEDIR) } == 0
  }

  /// Tells whether an item is a folder.
  func isFolder(_ item: Item) -> Bool {
    guard let folder = try? FileHandle(folder: path) else { return false }
    return (try? FileStatus(of: FileName(item.name), in: folder.descriptor))?.isFolder ?? false
  }

  /// Removes the folder if nothing is left in it.
  func removeIfEmpty() {
    guard items.isEmpty, let folder = try? FileHandle(folder: path) else { return }
    _ = unsafe Self.listName.withPointer { unsafe unlinkat(folder.descriptor, $0, 0) }
    unsafe rmdir(path)
    unsafe rmdir("\(store)/\(Self.parent)")
  }
}

extension RestorePlan {
  /// Tells whether something that was moved away from a path has been put back.
  func hasReturned(_ path: ProjectPath, from folder: RescueFolder?) -> Bool {
    guard let folder, let item = returns?.items.first(where: { $0.path == path }) else { return false }
    return !folder.has(item)
  }
}
