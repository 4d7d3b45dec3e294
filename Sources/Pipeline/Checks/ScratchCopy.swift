@unsafe @preconcurrency import Glibc
package import SourceControl

/// A copy of a project, some files replaced, in which checks can run while the project stays as it is.
package struct ScratchCopy: Sendable {
  /// The folder to run checks in.
  package let root: String

  /// The folder that holds the copy with its caches, and files at which tools end that look upwards from it.
  private let folder: String

  /// What tools take for theirs and go no further; a copy that has such a file of its own is nearer.
  private static let barriers: [ProjectPath: String] = [".pytest.ini": "[pytest]\n", ".mocharc.json": "{}\n"]

  /// The caches that checks of this copy use; they go with it.
  static func cache(of root: String) -> String { "\(root).cache" }

  /// Runs `body` with a copy, and removes the copy whatever happens, cancellation included.
  ///
  /// Copies all but `.git` and `.autonomy`, or with the repository too where that is the project's own folder. Files in
  /// `replacing` get other bytes than the project's, or are left out where they have none.
  package static func with<Value: Sendable>(
    of project: String,
    replacing: [ProjectPath: [UInt8]?],
    withRepository: Bool = false,
    _ body: (ScratchCopy) async throws -> Value
  ) async throws -> Value {
    let copy = try await DedicatedThread.run {
      try ScratchCopy(of: project, replacing: replacing, withRepository)
    }
    do {
      let value = try await body(copy)
      try await copy.remove()
      return value
    } catch {
      // The error that ended the work matters more than one of cleaning up; what is left is removed by the next copy.
      try? await copy.remove()
      throw error
    }
  }

  private func remove() async throws {
    let folder = folder
    try await DedicatedThread.run { CopiedTree.remove(folder) }
  }

  /// Removes the copies that a killed run left behind; not for use while another run may have one.
  package static func removeAll(of project: String) async throws {
    try await DedicatedThread.run { CopiedTree.remove("\(project)/.autonomy/scratch") }
  }

  private init(of project: String, replacing: [ProjectPath: [UInt8]?], _ withRepository: Bool) throws {
    let project = RealPath.of(project) ?? project
    try RealPath.makeFolders("\(project)/.autonomy/scratch", mode: 0o700)
    var template = Array("\(project)/.autonomy/scratch/XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw ScratchCopyError(template: project, number: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    root = "\(folder)/\(RealPath.lastComponent(of: project))"
    do {
      try RealPath.makeFolders(root, mode: 0o755)
      for (path, text) in Self.barriers { try CopiedTree.replace(path, in: folder, with: Array(text.utf8)) }
      // SwiftPM's builds hold absolute paths and are of no use in another place.
      var left: Set = [".git", ".autonomy", ".build"]
      // A file of that name leads to a repository elsewhere, in which a copy would write.
      if withRepository, FileKind.ofEntry("\(project)/.git") == .folder { left.remove(".git") }
      try CopiedTree.copyAll(from: project, but: left, to: root)
      for (path, bytes) in replacing { try CopiedTree.replace(path, in: root, with: bytes) }
    } catch {
      CopiedTree.remove(folder)
      throw error
    }
  }
}

/// A file that could not be copied into a scratch copy.
package struct ScratchCopyError: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let description: String

  init(template path: String, number: Int32) {
    self.init(path, "\(ProcessError.text(of: number))")
  }

  package init(_ path: String, _ reason: String) {
    self.path = path
    description = "'\(path)' cannot be copied for a check: \(reason)."
  }
}
