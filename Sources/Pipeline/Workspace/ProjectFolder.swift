import CSystem
@unsafe @preconcurrency import Glibc
import SourceControl

/// The project's folder, and the way to anything in it that leads nowhere else.
///
/// Every component is opened by itself, relative to the one before and without following symbolic links; links are
/// followed here, one at a time, and only as far as they stay inside. So a link put there between two looks is seen.
struct ProjectFolder {
  /// Absolute, without symbolic links.
  let path: String
  let descriptor: SharedDescriptor
  /// Whether a changed file has its old or its new content whatever comes in between, a loss of power too.
  let isDurable: Bool

  init(_ path: String, isDurable: Bool = true) throws(WorkspaceError) {
    self.isDurable = isDurable
    guard let real = unsafe realpath(path, nil) else { throw .system(errno, "open the project", path) }
    defer { unsafe free(real) }
    self.path = unsafe String(cString: real)
    let number = unsafe Glibc.open(real, system_o_path | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw .system(errno, "open the project", path) }
    descriptor = SharedDescriptor(number)
  }

  /// What a path leads to.
  struct Place {
    enum Kind {
      case missing
      case file(stat)
      case folder
      case special
    }

    /// The folder that is there and is nearest to the file.
    var folder: SharedDescriptor
    /// The names of folders that would have to be made below it.
    var missingFolders: [String] = []
    /// The components of the path without symbolic links; none for the project itself.
    var components: [String]
    var kind: Kind

    var name: String { components.last ?? "." }
  }

  /// Follows `path` to what it leads to.
  func place(of path: ProjectPath) throws(WorkspaceError) -> Place {
    try place(of: path.components, named: path.description)
  }

  private func place(of components: [String], named text: String) throws(WorkspaceError) -> Place {
    var pending = Array(components.reversed())
    var folders = [descriptor]
    var names: [String] = []
    var links = 0
    while let name = pending.popLast() {
      guard let folder = folders.last else { throw .outside(text) }
      if name.isEmpty || name == "." { continue }
      if name == ".." {
        guard !names.isEmpty else { throw .outside(text) }
        names.removeLast()
        folders.removeLast()
        continue
      }
      names.append(name)
      if let refusal = ProtectedPaths.refusalToRead(names, named: text) { throw refusal }
      var status = stat()
      guard unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        guard errno == ENOENT else { throw .system(errno, "look at", text) }
        return try missing(names, rest: pending.reversed(), in: folder, named: text)
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        if pending.isEmpty { return Place(folder: folder, components: names, kind: .folder) }
        folders.append(try open(name, in: folder, named: text))
      case S_IFLNK:
        links += 1
        guard links <= 32 else {
          throw WorkspaceError(.invalidPath, path: text, "'\(text)' leads through too many symbolic links.")
        }
        names.removeLast()
        let target = try target(of: name, in: folder, named: text)
        if let inside = insideTheProject(target) {
          folders = [descriptor]
          names = []
          pending += inside.reversed()
        } else if target.utf8.first == UInt8(ascii: "/") {
          throw WorkspaceError(.outside, path: text, "'\(text)' is a symbolic link that leads out of the project.")
        } else {
          pending += target.split(separator: "/").map(String.init).reversed()
        }
      case S_IFREG where pending.isEmpty:
        return Place(folder: folder, components: names, kind: .file(status))
      default:
        if pending.isEmpty { return Place(folder: folder, components: names, kind: .special) }
        let above = names.joined(separator: "/")
        throw WorkspaceError(.notAFile, path: text, "'\(text)' cannot be: '\(above)' is no folder.")
      }
    }
    guard let folder = folders.last else { throw .outside(text) }
    return Place(folder: folder, components: names, kind: .folder)
  }

  private func missing(
    _ names: [String],
    rest: [String],
    in folder: SharedDescriptor,
    named text: String
  ) throws(WorkspaceError) -> Place {
    let components = names + rest.filter { $0 != "." && !$0.isEmpty }
    guard !components.contains("..") else { throw .outside(text) }
    if let refusal = ProtectedPaths.refusalToRead(components, named: text) { throw refusal }
    let folders = Array(components[(names.count - 1)...].dropLast())
    return Place(folder: folder, missingFolders: folders, components: components, kind: .missing)
  }

  /// Opens a folder that must be one itself, not a link to one.
  func open(_ name: String, in folder: SharedDescriptor, named text: String) throws(WorkspaceError) -> SharedDescriptor
  {
    let number = unsafe openat(folder.number, name, system_o_path | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { throw .system(errno, "open", text) }
    return SharedDescriptor(number)
  }

  private func target(of name: String, in folder: SharedDescriptor, named text: String) throws(WorkspaceError) -> String
  {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
      guard let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return -1 }
      return unsafe readlinkat(folder.number, name, start, bytes.count)
    }
    guard count >= 0 else { throw .system(errno, "follow", text) }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// The first symbolic link along `path`, its end included, and where it leads.
  func link(on path: ProjectPath) -> (path: ProjectPath, text: [UInt8])? {
    var way: [UInt8] = []
    for name in path.bytes.split(separator: UInt8(ascii: "/")) {
      way += way.isEmpty ? Array(name) : [UInt8(ascii: "/")] + name
      guard let link = try? ProjectPath(bytes: way) else { return nil }
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
        guard let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return -1 }
        return unsafe readlink("\(self.path)/\(link)", start, bytes.count)
      }
      if count >= 0 { return (link, Array(buffer[..<count])) }
    }
    return nil
  }

  /// Answers the components below the project of an absolute path that begins with the project's own.
  func insideTheProject(_ absolute: String) -> [String]? {
    guard absolute.utf8.first == UInt8(ascii: "/") else { return nil }
    let own = path.split(separator: "/").map(String.init)
    let given = absolute.split(separator: "/").map(String.init).filter { $0 != "." }
    guard given.starts(with: own) else { return nil }
    return Array(given.dropFirst(own.count))
  }
}
