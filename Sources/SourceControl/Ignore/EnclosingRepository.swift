@unsafe @preconcurrency import Glibc

/// The Git repository that a project lies in, as far as ignore rules come from outside the project's folders.
///
/// Only files are looked at: no configuration is read and nothing is written.
struct EnclosingRepository: Sendable {
  /// The path from the repository's root to the project, with a slash at its end.
  private var prefix: [UInt8] = []
  /// The rules above the project, outermost first, each with the length of its folder's path.
  private var outerRules: [(depth: Int, rules: IgnoreRules)] = []
  private var excludePath: String?
  private var exclude = IgnoreFile()

  init(of project: String) {
    guard let project = Self.absolutePath(of: project) else { return }
    let components = project.utf8.split(separator: slash)
    for count in (0...components.count).reversed() {
      let folder = "/" + components[..<count].map { String($0) ?? "" }.joined(separator: "/")
      guard let directory = Self.gitDirectory(of: folder) else { continue }
      excludePath = directory + "/info"
      readOuterRules(from: folder, along: components[count...].map { Array($0) })
      return
    }
  }

  /// The rules that hold before the first folder of the project is looked at, and whether they are others now.
  mutating func rules(at time: Int) -> (stack: IgnoreStack, isChanged: Bool) {
    var isChanged = false
    if let excludePath, let folder = try? FileHandle(folder: excludePath) {
      isChanged = exclude.refresh(Self.excludeName, in: folder.descriptor, at: time)
    }
    var stack = IgnoreStack(prefix: prefix)
    stack.push(exclude.rules, depth: 0)
    for layer in outerRules { stack.push(layer.rules, depth: layer.depth) }
    return (stack, isChanged)
  }

  private static let excludeName = FileName("exclude".utf8)

  /// Reads the ignore files of the folders above the project.
  ///
  /// A project that those ignore as a whole was chosen nevertheless: then they do not count.
  private mutating func readOuterRules(from folder: String, along components: [[UInt8]]) {
    var folder = folder
    var stack = IgnoreStack()
    var path: [UInt8] = []
    var rules: [(depth: Int, rules: IgnoreRules)] = []
    for component in components {
      var file = IgnoreFile()
      if let handle = try? FileHandle(folder: folder) {
        _ = file.refresh(FileName(".gitignore".utf8), in: handle.descriptor, at: 0)
      }
      stack.push(file.rules, depth: path.count)
      rules.append((path.count, file.rules))
      if stack.ignores(path + component, isFolder: true) { return }
      path += component + [slash]
      folder += "/" + String(decoding: component, as: UTF8.self)
    }
    (prefix, outerRules) = (path, rules)
  }

  /// The folder that holds a repository's own files: `.git`, or what a file of that name leads to.
  private static func gitDirectory(of folder: String) -> String? {
    guard let handle = try? FileHandle(folder: folder) else { return nil }
    let name = FileName(".git".utf8)
    guard let status = try? FileStatus(of: name, in: handle.descriptor) else { return nil }
    if status.isFolder { return folder + "/.git" }
    guard let directory = firstLine(of: ".git", in: folder, after: "gitdir: ") else { return nil }
    // A worktree shares the rules of the repository that it belongs to.
    guard let common = firstLine(of: "commondir", in: directory, after: "") else { return directory }
    return common
  }

  /// Reads a path from a file's first line; a relative one starts at the file's folder.
  private static func firstLine(of name: String, in folder: String, after prefix: String) -> String? {
    guard let handle = try? FileHandle(folder: folder),
      let file = try? FileHandle(FileName(name.utf8), in: handle.descriptor, isFolder: false),
      let content = try? file.readAll(), content.starts(with: prefix.utf8)
    else { return nil }
    let line = content.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "\n") }
    let path = String(decoding: line, as: UTF8.self)
    return line.first == slash ? path : folder + "/" + path
  }

  private static func absolutePath(of path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}

private let slash = UInt8(ascii: "/")
