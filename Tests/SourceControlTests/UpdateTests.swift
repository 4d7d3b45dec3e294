@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// Bringing a copy of one snapshot's files up to another.
@Suite struct UpdateTests {
  private let project: TemporaryDirectory
  private let copy: TemporaryDirectory
  private let checkpoints: TemporaryDirectory

  init() throws {
    project = try TemporaryDirectory()
    copy = try TemporaryDirectory()
    checkpoints = try TemporaryDirectory()
    try project.write("one\n", to: "a")
    try project.write("two\n", to: "src/b")
    try project.write("three\n", to: "old/deep/c")
  }

  private func open() throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: checkpoints.path + "/store")
  }

  private func change() throws {
    try project.write("uno\n", to: "a")
    try project.write("#!/bin/sh\n", to: "new/deep/run.sh", mode: 0o755)
    unsafe unlink(project.path + "/old/deep/c")
    unsafe rmdir(project.path + "/old/deep")
    unsafe rmdir(project.path + "/old")
    // A folder that becomes a file, and a file that becomes a link.
    unsafe unlink(project.path + "/src/b")
    unsafe rmdir(project.path + "/src")
    try project.write("now a file\n", to: "src")
    unsafe symlink("a", project.path + "/link")
  }

  @Test func aCopyBecomesWhatTheProjectIs() throws {
    let store = try open()
    let base = try store.snapshot(SnapshotLabel("One"))
    try store.copy(base, to: copy.path)
    try change()
    let target = try store.snapshot(SnapshotLabel("Two"))
    try store.update(copy.path, from: base, to: target)
    #expect(FolderImage(of: copy.path) == FolderImage(of: project.path))
  }

  @Test func isTheSameWhenItIsMadeAgain() throws {
    let store = try open()
    let base = try store.snapshot(SnapshotLabel("One"))
    try store.copy(base, to: copy.path)
    try change()
    let target = try store.snapshot(SnapshotLabel("Two"))
    try store.update(copy.path, from: base, to: target, merged: ["a": Array("merged\n".utf8)])
    let once = FolderImage(of: copy.path)
    try store.update(copy.path, from: base, to: target, merged: ["a": Array("merged\n".utf8)])
    #expect(FolderImage(of: copy.path) == once)
    #expect(copy.text(of: "a") == "merged\n")
  }

  @Test func aResetLeavesAloneWhatIsAsItShouldBe() throws {
    try project.write("one\n", to: "twin")
    let store = try open()
    try store.copy(try store.snapshot(SnapshotLabel("One")), to: copy.path)
    try project.write("new\n", to: "new")
    let target = try store.snapshot(SnapshotLabel("Two"))
    // What changes one of two names of a file would change the other.
    unsafe unlink(copy.appending("twin"))
    unsafe link(copy.appending("a"), copy.appending("twin"))
    unsafe chmod(copy.appending("old/deep/c"), 0o755)
    try copy.write("by-product\n", to: "src/made/by.o")
    let before = try inode(of: "src/b")
    var removed: Set<String> = []
    try store.reset(copy.path, to: target) { path in
      removed.insert(path.description)
      copy.remove(at: path.bytes)
    }
    #expect(FolderImage(of: copy.path) == FolderImage(of: project.path))
    #expect(removed.subtracting(["a", "twin"]) == ["old/deep/c", "src/made"])
    #expect(try inode(of: "src/b") == before)
    #expect(try inode(of: "a") != inode(of: "twin"))
  }

  @Test func aResetMakesWhatIsKeptNewerThanWhatWasBuiltBefore() throws {
    unsafe symlink("a", project.path + "/link")
    let store = try open()
    let base = try store.snapshot(SnapshotLabel("One"))
    try store.copy(base, to: copy.path)
    let old = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
    for name in ["a", "src/b", "link"] {
      try #require(unsafe utimensat(AT_FDCWD, copy.appending(name), old, AT_SYMLINK_NOFOLLOW) == 0)
    }
    try store.reset(copy.path, to: base) { copy.remove(at: $0.bytes) }
    for name in ["a", "src/b", "link"] { #expect(try status(of: name).st_mtim.tv_sec > 1_000, "\(name)") }
  }

  @Test func aResetOpensFoldersThatNothingCouldBeRemovedFrom() throws {
    let store = try open()
    let base = try store.snapshot(SnapshotLabel("One"))
    try store.copy(base, to: copy.path)
    try copy.write("by-product\n", to: "src/by.o")
    for name in ["src", "."] { try #require(unsafe chmod(copy.appending(name), 0o555) == 0) }
    try store.reset(copy.path, to: base) { path in
      for name in ["src", "."] { #expect((try? status(of: name).st_mode & 0o777) == 0o700, "\(name)") }
      copy.remove(at: path.bytes)
    }
    #expect(try status(of: "src").st_mode & 0o777 == 0o755)
    #expect(copy.text(of: "src/by.o") == nil)
  }

  @Test func aResetSaysWhereSomethingCannotBeRemoved() throws {
    let store = try open()
    let base = try store.snapshot(SnapshotLabel("One"))
    try store.copy(base, to: copy.path)
    try copy.write("by-product\n", to: "src/by.o")
    #expect {
      try store.reset(copy.path, to: base) { _ in }
    } throws: {
      "\($0)".contains("src/by.o")
    }
  }

  private func status(of name: String) throws -> stat {
    var status = stat()
    try #require(unsafe lstat(copy.appending(name), &status) == 0)
    return status
  }

  private func inode(of name: String) throws -> ino_t { try status(of: name).st_ino }

  @Test func othersFilesInTheCopyStay() throws {
    let store = try open()
    let base = try store.snapshot(SnapshotLabel("One"))
    try store.copy(base, to: copy.path)
    try copy.write("mine\n", to: "old/mine")
    try copy.write("changed\n", to: "a")
    try change()
    try project.write("one\n", to: "a")
    try store.update(copy.path, from: base, to: try store.snapshot(SnapshotLabel("Two")), merged: ["link": nil])
    #expect(copy.text(of: "old/mine") == "mine\n")
    #expect(copy.text(of: "a") == "changed\n")
    #expect(copy.text(of: "old/deep/c") == nil)
    #expect(copy.text(of: "link") == nil)
    #expect(copy.text(of: "src") == "now a file\n")
  }
}
