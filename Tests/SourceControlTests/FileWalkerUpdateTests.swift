@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

@Suite struct FileWalkerUpdateTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write("one", to: "a")
    try folder.write("two", to: "src/b")
  }

  private func freshTree() throws -> FileTree {
    var walker = FileWalker(root: folder.path)
    return try walker.walk()
  }

  @Test func findsTheSameTreeAgain() throws {
    var walker = FileWalker(root: folder.path)
    let first = try walker.walk()
    #expect(try walker.walk() == first)
    #expect(try walker.walk().changes(since: first) == [])
  }

  @Test func tellsWhatChanged() throws {
    var walker = FileWalker(root: folder.path)
    let first = try walker.walk()
    try folder.write("uno", to: "a")
    try folder.write("new", to: "src/deep/c")
    unsafe unlink(folder.path + "/src/b")
    let second = try walker.walk()
    let changes = second.changes(since: first)
    #expect(changes.map(\.path) == ["a", "src/b", "src/deep/c"])
    #expect(changes.map { $0.before?.id } == [first["a"]?.id, first["src/b"]?.id, nil])
    #expect(changes.map { $0.after?.id } == [second["a"]?.id, nil, second["src/deep/c"]?.id])
    #expect(try second == freshTree())
  }

  @Test func tellsWhatChangedSinceTheWalkBefore() throws {
    var walker = FileWalker(root: folder.path)
    let first = try walker.walk()
    #expect(walker.hasWalked && walker.changes == [])
    try folder.write("uno", to: "a")
    try folder.write("new", to: "src/deep/c")
    unsafe unlink(folder.path + "/src/b")
    let second = try walker.walk()
    #expect(walker.changes == second.changes(since: first))
    try folder.write("src/\n", to: ".gitignore")
    #expect(try walker.walk().changes(since: second) == walker.changes)
    #expect(walker.changes.map(\.path) == [".gitignore", "src/deep/c"])
    _ = try walker.walk()
    #expect(walker.changes == [])
  }

  @Test func seesAChangeThatKeepsSizeAndTime() throws {
    var walker = FileWalker(root: folder.path)
    for round in 0..<50 {
      try folder.write(round % 2 == 0 ? "odd" : "one", to: "a")
      let times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
      unsafe utimensat(AT_FDCWD, folder.path + "/a", times, 0)
      #expect(try walker.walk()["a"]?.id == ObjectID(blob: Array((round % 2 == 0 ? "odd" : "one").utf8)))
    }
  }

  @Test func seesANewModeAlone() throws {
    var walker = FileWalker(root: folder.path)
    let first = try walker.walk()
    unsafe chmod(folder.path + "/a", 0o755)
    let changes = try walker.walk().changes(since: first)
    #expect(changes.map { $0.after?.kind } == [.executable])
  }

  @Test func takesATouchedFileForUnchanged() throws {
    var walker = FileWalker(root: folder.path)
    let first = try walker.walk()
    unsafe utimensat(AT_FDCWD, folder.path + "/a", nil, 0)
    #expect(try walker.walk().changes(since: first) == [])
  }

  @Test func seesAFileBecomeAFolderAndBack() throws {
    var walker = FileWalker(root: folder.path)
    let first = try walker.walk()
    unsafe unlink(folder.path + "/a")
    try folder.write("inside", to: "a/inside")
    #expect(try walker.walk().paths == ["a/inside", "src/b"])
    unsafe unlink(folder.path + "/a/inside")
    unsafe rmdir(folder.path + "/a")
    try folder.write("one", to: "a")
    #expect(try walker.walk().changes(since: first) == [])
  }

  @Test func judgesAnewWhenRulesChange() throws {
    var walker = FileWalker(root: folder.path)
    _ = try walker.walk()
    try folder.write("b\n", to: ".gitignore")
    #expect(try walker.walk().paths == [".gitignore", "a"])
    try folder.write("x\n", to: ".gitignore")
    #expect(try walker.walk().paths == [".gitignore", "a", "src/b"])
    try folder.write("*\n", to: ".gitignore")
    #expect(try walker.walk().paths == [])
    unsafe unlink(folder.path + "/.gitignore")
    #expect(try walker.walk().paths == ["a", "src/b"])
  }

  @Test func judgesAnewWhenTheRepositorysOwnRulesChange() throws {
    try folder.write("src\n", to: ".git/info/exclude")
    var walker = FileWalker(root: folder.path)
    #expect(try walker.walk().paths == ["a"])
    try folder.write("a\n", to: ".git/info/exclude")
    #expect(try walker.walk().paths == ["src/b"])
  }

  @Test func judgesAnewWhenExtraPathsChange() throws {
    try folder.write("/src\n", to: ".gitignore")
    var walker = FileWalker(root: folder.path)
    #expect(try walker.walk().paths == [".gitignore", "a"])
    walker.extra = ["src/b"]
    #expect(try walker.walk().paths == [".gitignore", "a", "src/b"])
    walker.extra = []
    #expect(try walker.walk().paths == [".gitignore", "a"])
  }

  @Test func forgetsWhatWasSkippedWhenItIsGone() throws {
    unsafe mkfifo(folder.path + "/src/pipe", 0o644)
    var walker = FileWalker(root: folder.path)
    #expect(try walker.walk().skipped == ["src/pipe": .special])
    #expect(try walker.walk().skipped == ["src/pipe": .special])
    unsafe unlink(folder.path + "/src/pipe")
    #expect(try walker.walk().skipped == [:])
  }

  @Test func recoversWhenTheProjectComesBack() throws {
    var walker = FileWalker(root: folder.path + "/src")
    let first = try walker.walk()
    unsafe rename(folder.path + "/src", folder.path + "/away")
    #expect(throws: UnreadableProject.self) { try walker.walk() }
    unsafe rename(folder.path + "/away", folder.path + "/src")
    #expect(try walker.walk() == first)
  }
}
