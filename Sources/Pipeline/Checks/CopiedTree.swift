import CSystem
@unsafe @preconcurrency import Glibc
package import SourceControl

/// Copying and removing trees of files, links never followed.
package enum CopiedTree {
  /// Copies one entry, with all below it, keeping modes, times and links; what is neither file nor folder is left out.
  package static func copy(_ path: String, from source: String, to target: String) throws {
    try makeParents(of: path, in: target)
    try copyEntry("\(source)/\(path)", to: "\(target)/\(path)")
  }

  /// Gives a file other bytes, or removes it; where it is not said what it is to be, it keeps its mode.
  package static func replace(
    _ path: String,
    in root: String,
    with bytes: [UInt8]?,
    as kind: FileEntry.Kind? = nil
  ) throws {
    guard let bytes else { return try remove(path, in: root) }
    try makeParents(of: path, in: root)
    let file = "\(root)/\(path)"
    var status = stat()
    let isThere = unsafe lstat(file, &status) == 0
    if isThere { remove(file) }
    if kind == .link {
      let target = bytes.map { CChar(bitPattern: $0) } + [0]
      guard unsafe symlink(target, file) == 0 else { throw ScratchCopyError(path, ProcessError.text(of: errno)) }
      return
    }
    var mode = isThere && FileKind(mode: status.st_mode) == .file ? status.st_mode & 0o7777 : 0o644
    if let kind { mode = kind == .executable ? mode | 0o111 : mode & ~0o111 }
    let descriptor = Descriptor(unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode))
    guard descriptor.number >= 0 else { throw ScratchCopyError(path, ProcessError.text(of: errno)) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor.number, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ScratchCopyError(path, ProcessError.text(of: errno)) }
      rest = rest.dropFirst(count)
    }
    _ = fchmod(descriptor.number, mode)
  }

  /// Removes what is at a path, unless what is above it is not there any more, or leads out of the tree.
  private static func remove(_ path: String, in root: String) throws {
    let components = try components(of: path)
    var folder = root
    for component in components.dropLast() {
      folder += "/\(component)"
      guard FileKind.ofEntry(folder) == .folder else { return }
    }
    remove("\(root)/\(path)")
  }

  /// Removes a tree, folders without write permission included; what cannot be removed stays.
  package static func remove(_ path: String) {
    guard FileKind.ofEntry(path) == .folder else {
      _ = unsafe unlink(path)
      return
    }
    _ = unsafe chmod(path, 0o700)
    for name in FileBytes.names(in: path) ?? [] { remove("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }

  /// Makes the folders above a path; a link among them would lead out of the tree.
  private static func makeParents(of path: String, in root: String) throws {
    var folder = root
    for component in try components(of: path).dropLast() {
      folder += "/\(component)"
      if FileKind.ofEntry(folder) == .folder { continue }
      guard unsafe mkdir(folder, 0o755) == 0 else {
        throw ScratchCopyError(path, "'\(component)' is not a folder")
      }
    }
  }

  private static func components(of path: String) throws -> [Substring] {
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !components.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
      throw ScratchCopyError(path, "it is not a path inside the project")
    }
    return components
  }

  private static func copyEntry(_ source: String, to target: String) throws {
    var status = stat()
    guard unsafe lstat(source, &status) == 0 else {
      // A file that went away since it was listed is not part of the tree any more.
      if errno == ENOENT { return }
      throw ScratchCopyError(source, ProcessError.text(of: errno))
    }
    switch FileKind(mode: status.st_mode) {
    case .folder:
      guard unsafe mkdir(target, 0o700) == 0 || errno == EEXIST else {
        throw ScratchCopyError(source, ProcessError.text(of: errno))
      }
      guard let names = FileBytes.names(in: source) else {
        throw ScratchCopyError(source, ProcessError.text(of: errno))
      }
      for name in names { try copyEntry("\(source)/\(name)", to: "\(target)/\(name)") }
      _ = unsafe chmod(target, status.st_mode & 0o7777)
    case .link:
      var text = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = unsafe readlink(source, &text, text.count)
      let destination = String(decoding: text.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard count > 0, unsafe symlink(destination, target) == 0 else {
        throw ScratchCopyError(source, ProcessError.text(of: errno))
      }
      return
    case .file:
      try copyFile(source, to: target, status)
    case .other:
      return
    }
    let times = [status.st_atim, status.st_mtim]
    _ = unsafe utimensat(AT_FDCWD, target, times, AT_SYMLINK_NOFOLLOW)
  }

  private static func copyFile(_ source: String, to target: String, _ status: stat) throws {
    let reader = Descriptor(unsafe open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    guard reader.number >= 0 else { throw ScratchCopyError(source, ProcessError.text(of: errno)) }
    let writer = Descriptor(unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
    guard writer.number >= 0 else { throw ScratchCopyError(source, ProcessError.text(of: errno)) }
    guard system_copy_file(reader.number, writer.number) == 0 else {
      throw ScratchCopyError(source, ProcessError.text(of: errno))
    }
    _ = fchmod(writer.number, status.st_mode & 0o7777)
  }
}
