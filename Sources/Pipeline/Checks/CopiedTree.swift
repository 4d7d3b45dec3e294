import CSystem
@unsafe @preconcurrency import Glibc
package import SourceControl

/// Copying and removing trees of files, links never followed.
///
/// Names need not be text, so that paths are what system calls take: their bytes with a NUL at the end.
package enum CopiedTree {
  /// Copies one entry, with all below it, keeping modes, times and links; what is neither file nor folder is left out.
  package static func copy(_ path: ProjectPath, from source: String, to target: String) throws {
    try makeParents(of: path, in: target)
    try copyEntry(place(path, in: source), to: place(path, in: target))
  }

  /// Copies all that is in a folder but what has one of these names.
  static func copyAll(from source: String, but left: Set<String>, to target: String) throws {
    let (source, target) = (bytes(of: source), bytes(of: target))
    for name in FileBytes.rawNames(in: source) ?? [] where !left.contains(text(of: name)) {
      try copyEntry(join(source, name), to: join(target, name))
    }
  }

  /// Gives a file other bytes, or removes it; where it is not said what it is to be, it keeps its mode.
  package static func replace(
    _ path: ProjectPath,
    in root: String,
    with content: [UInt8]?,
    as kind: FileEntry.Kind? = nil
  ) throws {
    guard let content else { return remove(path, in: root) }
    try makeParents(of: path, in: root)
    let file = place(path, in: root)
    var status = stat()
    let isThere = unsafe lstat(file, &status) == 0
    if isThere { remove(file) }
    if kind == .link {
      let target = content.map { CChar(bitPattern: $0) } + [0]
      guard unsafe symlink(target, file) == 0 else { throw failure(file, errno) }
      return
    }
    var mode = isThere && FileKind(mode: status.st_mode) == .file ? status.st_mode & 0o7777 : 0o644
    if let kind { mode = kind == .executable ? mode | 0o111 : mode & ~0o111 }
    let descriptor = Descriptor(unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode))
    guard descriptor.number >= 0 else { throw failure(file, errno) }
    var rest = content[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor.number, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure(file, errno) }
      rest = rest.dropFirst(count)
    }
    _ = fchmod(descriptor.number, mode)
  }

  /// Removes what is at a path, unless what is above it is not there any more, or leads out of the tree.
  package static func remove(_ path: ProjectPath, in root: String) {
    var folder = bytes(of: root)
    for component in components(of: path).dropLast() {
      folder = join(folder, component)
      guard kind(of: folder) == .folder else { return }
    }
    remove(place(path, in: root))
  }

  /// Removes a tree, folders without write permission included; what cannot be removed stays.
  package static func remove(_ path: String) { remove(bytes(of: path)) }

  private static func remove(_ path: [CChar]) {
    guard kind(of: path) == .folder else {
      _ = unsafe unlink(path)
      return
    }
    _ = unsafe chmod(path, 0o700)
    for name in FileBytes.rawNames(in: path) ?? [] { remove(join(path, name)) }
    _ = unsafe rmdir(path)
  }

  /// Makes the folders above a path; a link among them would lead out of the tree.
  private static func makeParents(of path: ProjectPath, in root: String) throws {
    var folder = bytes(of: root)
    for component in components(of: path).dropLast() {
      folder = join(folder, component)
      if kind(of: folder) == .folder { continue }
      guard unsafe mkdir(folder, 0o755) == 0 else {
        throw ScratchCopyError(path.description, "'\(text(of: component))' is not a folder")
      }
    }
  }

  private static func copyEntry(_ source: [CChar], to target: [CChar]) throws {
    var status = stat()
    guard unsafe lstat(source, &status) == 0 else {
      // A file that went away since it was listed is not part of the tree any more.
      if errno == ENOENT { return }
      throw failure(source, errno)
    }
    switch FileKind(mode: status.st_mode) {
    case .folder:
      guard unsafe mkdir(target, 0o700) == 0 || errno == EEXIST else { throw failure(source, errno) }
      guard let names = FileBytes.rawNames(in: source) else { throw failure(source, errno) }
      for name in names { try copyEntry(join(source, name), to: join(target, name)) }
      _ = unsafe chmod(target, status.st_mode & 0o7777)
    case .link:
      var destination = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = unsafe readlink(source, &destination, Int(PATH_MAX))
      guard count > 0, unsafe symlink(destination, target) == 0 else { throw failure(source, errno) }
      return
    case .file:
      try copyFile(source, to: target, status)
    case .other:
      return
    }
    let times = [status.st_atim, status.st_mtim]
    _ = unsafe utimensat(AT_FDCWD, target, times, AT_SYMLINK_NOFOLLOW)
  }

  private static func copyFile(_ source: [CChar], to target: [CChar], _ status: stat) throws {
    let reader = Descriptor(unsafe open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    guard reader.number >= 0 else { throw failure(source, errno) }
    let writer = Descriptor(unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
    guard writer.number >= 0 else { throw failure(source, errno) }
    guard system_copy_file(reader.number, writer.number) == 0 else { throw failure(source, errno) }
    _ = fchmod(writer.number, status.st_mode & 0o7777)
  }
}

// MARK: - Paths

extension CopiedTree {
  private static let slash = CChar(bitPattern: UInt8(ascii: "/"))

  private static func bytes(of path: String) -> [CChar] { Array(path.utf8CString) }

  private static func join(_ folder: [CChar], _ name: [CChar]) -> [CChar] { folder.dropLast() + [slash] + name }

  private static func place(_ path: ProjectPath, in root: String) -> [CChar] {
    join(bytes(of: root), path.bytes.map { CChar(bitPattern: $0) } + [0])
  }

  private static func components(of path: ProjectPath) -> [[CChar]] {
    path.bytes.split(separator: UInt8(ascii: "/")).map { $0.map { CChar(bitPattern: $0) } + [0] }
  }

  private static func text(of path: [CChar]) -> String {
    String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func kind(of path: [CChar]) -> FileKind? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? FileKind(mode: status.st_mode) : nil
  }

  private static func failure(_ path: [CChar], _ number: Int32) -> ScratchCopyError {
    ScratchCopyError(text(of: path), ProcessError.text(of: number))
  }
}
