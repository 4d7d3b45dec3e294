@unsafe @preconcurrency import Glibc
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct WorkspaceChangeTests {
  private let folder: TemporaryDirectory
  private let workspace: Workspace

  init() throws {
    folder = try TemporaryDirectory()
    workspace = try Workspace(root: folder.path)
  }

  private func change(_ path: String, from before: String?, to after: String?) throws -> FileChange {
    FileChange(
      path: try ProjectPath(path),
      before: try before.map { try ObjectID(blob: Array($0.utf8)) },
      after: try after.map { try ObjectID(blob: Array($0.utf8)) },
      content: after.map { Array($0.utf8) }
    )
  }

  private func code(of change: FileChange) async -> WorkspaceError.Code? {
    do throws(WorkspaceError) {
      try await workspace.apply(change)
      return nil
    } catch {
      return error.code
    }
  }

  private func status(of path: String) -> stat {
    var status = stat()
    #expect(unsafe lstat(folder.appending(path), &status) == 0)
    return status
  }

  private func names() -> [String] {
    guard let stream = unsafe opendir(folder.path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  @Test func createsAFileAndTheFoldersAboveIt() async throws {
    try await workspace.apply(change("a/b/c.txt", from: nil, to: "new"))
    #expect(folder.text(of: "a/b/c.txt") == "new")
  }

  @Test(arguments: [0o644, 0o755, 0o600, 0o4755] as [UInt32])
  func keepsThePermissions(mode: UInt32) async throws {
    try folder.write("old", to: "x", mode: mode)
    try await workspace.apply(change("x", from: "old", to: "new"))
    #expect(folder.text(of: "x") == "new")
    #expect(status(of: "x").st_mode & 0o7777 == mode)
  }

  @Test(.enabled(if: geteuid() == 0, "Only the superuser may give files away.")) func keepsTheOwner() async throws {
    try folder.write("old", to: "x")
    #expect(unsafe chown(folder.appending("x"), 1234, 2345) == 0)
    try await workspace.apply(change("x", from: "old", to: "new"))
    #expect(status(of: "x").st_uid == 1234)
    #expect(status(of: "x").st_gid == 2345)
  }

  @Test func replacesTheFileAndNotItsContent() async throws {
    try folder.write("old", to: "x")
    let inode = status(of: "x").st_ino
    try await workspace.apply(change("x", from: "old", to: "new"))
    #expect(status(of: "x").st_ino != inode)
    #expect(names() == ["x"])
  }

  @Test func deletesTheFileAndNothingElse() async throws {
    try folder.write("old", to: "a/x")
    try await workspace.apply(change("a/x", from: "old", to: nil))
    #expect(folder.bytes(of: "a/x") == nil)
    #expect(names() == ["a"])
  }

  @Test func refusesAFileThatChangedSince() async throws {
    try folder.write("theirs", to: "x")
    #expect(try await code(of: change("x", from: "old", to: "new")) == .changed)
    #expect(try await code(of: change("x", from: nil, to: "new")) == .changed)
    #expect(try await code(of: change("x", from: "old", to: nil)) == .changed)
    #expect(try await code(of: change("gone", from: "old", to: "new")) == .changed)
    #expect(folder.text(of: "x") == "theirs")
    #expect(names() == ["x"])
  }

  @Test func refusesALinkThatTookTheFilesPlace() async throws {
    let outside = try TemporaryDirectory()
    try outside.write("old", to: "x")
    #expect(unsafe symlink(outside.appending("x"), folder.appending("x")) == 0)
    #expect(try await code(of: change("x", from: "old", to: "new")) == .changed)
    #expect(try await code(of: change("x", from: nil, to: "new")) == .changed)
    #expect(outside.text(of: "x") == "old")
  }

  @Test func refusesALinkThatTookAFoldersPlace() async throws {
    let outside = try TemporaryDirectory()
    try outside.write("old", to: "x")
    #expect(unsafe symlink(outside.path, folder.appending("a")) == 0)
    #expect(try await code(of: change("a/x", from: "old", to: "new")) == .changed)
    #expect(try await code(of: change("a/new", from: nil, to: "new")) == .changed)
    #expect(try await code(of: change("a/x", from: "old", to: nil)) == .changed)
    #expect(outside.text(of: "x") == "old")
    #expect(outside.bytes(of: "new") == nil)
  }

  @Test func refusesAHardLink() async throws {
    let outside = try TemporaryDirectory()
    try outside.write("old", to: "x")
    #expect(unsafe link(outside.appending("x"), folder.appending("x")) == 0)
    #expect(try await code(of: change("x", from: "old", to: "new")) == .linked)
    #expect(try await code(of: change("x", from: "old", to: nil)) == .linked)
    #expect(outside.text(of: "x") == "old")
  }

  @Test(arguments: [
    "MASTER_PLAN.md", "autonomy.json", ".autonomyignore", ".git/hooks/pre-commit", ".autonomy/state.db",
  ])
  func neverWritesWhatBelongsToTheUser(path: String) async throws {
    #expect(try await code(of: change(path, from: nil, to: "x")) == .protected)
    #expect(folder.bytes(of: path) == nil)
  }

  @Test func tellsWhetherAChangeWasCarriedOut() async throws {
    try folder.write("old", to: "x")
    let change = try change("x", from: "old", to: "new")
    #expect(try await workspace.standing(of: change) == .pending)
    try await workspace.apply(change)
    #expect(try await workspace.standing(of: change) == .applied)
    try folder.write("theirs", to: "x")
    #expect(try await workspace.standing(of: change) == .conflict)
  }

  @Test func takesALinkInTheFilesPlaceForAConflict() async throws {
    try folder.write("new", to: "other")
    #expect(unsafe symlink("other", folder.appending("x")) == 0)
    #expect(try await workspace.standing(of: change("x", from: "old", to: "new")) == .conflict)
  }

  @Test func clearsAwayWhatAnInterruptedWriteLeft() async throws {
    try folder.write("old", to: "x")
    try folder.write("ne", to: ".autonomy-write-1a2b")
    _ = try await workspace.standing(of: change("x", from: "old", to: "new"))
    #expect(names() == ["x"])
  }
}
