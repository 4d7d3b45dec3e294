@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

@Suite struct FileWalkerTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func walk(extra: Set<ProjectPath> = []) throws -> FileTree {
    var walker = FileWalker(root: folder.path, extra: extra)
    return try walker.walk()
  }

  @Test func findsAllFilesWithTheirKinds() throws {
    try folder.write("int main;", to: "src/main.c")
    try folder.write("#!/bin/sh\n", to: "test.sh", mode: 0o755)
    unsafe symlink("src/nowhere", folder.path + "/link")
    let tree = try walk()
    #expect(tree.paths == ["link", "src/main.c", "test.sh"])
    #expect(tree["src/main.c"]?.kind == .file)
    #expect(tree["src/main.c"]?.size == 9)
    #expect(try tree["src/main.c"]?.id == ObjectID(blob: Array("int main;".utf8)))
    #expect(tree["test.sh"]?.kind == .executable)
    #expect(tree["link"]?.kind == .link)
    #expect(try tree["link"]?.id == ObjectID(blob: Array("src/nowhere".utf8)))
  }

  @Test func findsNothingInAnEmptyFolder() throws {
    unsafe mkdir(folder.path + "/empty", 0o755)
    #expect(try walk() == FileTree())
  }

  @Test func leavesOutWhatIsNotTheProjects() throws {
    for path in [".git/HEAD", "nested/.git/HEAD", "nested/a", ".autonomy/state.db", "nested/.autonomy/b", ".github/c"] {
      try folder.write("x", to: path)
    }
    #expect(try walk().paths == [".github/c", "nested/.autonomy/b", "nested/a"])
  }

  @Test func leavesOutAGitFile() throws {
    try folder.write("gitdir: elsewhere\n", to: "nested/.git")
    try folder.write("x", to: "nested/a")
    #expect(try walk().paths == ["nested/a"])
  }

  @Test func followsNoLink() throws {
    let outside = try TemporaryDirectory()
    try outside.write("secret", to: "file")
    unsafe symlink(outside.path, folder.path + "/folder")
    #expect(try walk().entries.mapValues(\.kind) == ["folder": .link])
  }

  @Test func honoursRulesWithoutARepository() throws {
    try folder.write("*.o\n/build/\n", to: ".gitignore")
    try folder.write("!keep.o\n", to: "src/.gitignore")
    for path in ["a.o", "build/x", "src/b.o", "src/keep.o", "src/build/y"] { try folder.write("x", to: path) }
    #expect(try walk().paths == [".gitignore", "src/.gitignore", "src/build/y", "src/keep.o"])
  }

  @Test func takesExtraFilesThatRulesIgnore() throws {
    try folder.write("build/\n*.cfg\n", to: ".gitignore")
    for path in ["build/deep/a", "build/deep/b", "x.cfg", "y.cfg", ".git/config"] { try folder.write("x", to: path) }
    let tree = try walk(extra: ["build/deep/a", "x.cfg", ".git/config", "absent/file"])
    #expect(tree.paths == [".gitignore", "build/deep/a", "x.cfg"])
  }

  @Test func reportsSpecialFiles() throws {
    unsafe mkfifo(folder.path + "/pipe", 0o644)
    let tree = try walk()
    #expect(tree.skipped == ["pipe": .special])
    #expect(tree.entries.isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "root reads everything"))
  func reportsWhatItCannotRead() throws {
    try folder.write("x", to: "secret", mode: 0)
    try folder.write("x", to: "open")
    try folder.write("x", to: "closed/file")
    unsafe chmod(folder.path + "/closed", 0)
    let tree = try walk()
    #expect(tree.paths == ["open"])
    #expect(tree.skipped == ["secret": .unreadable("Permission denied"), "closed": .unreadable("Permission denied")])
  }

  @Test func hashesLargeFilesInPieces() throws {
    let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    try folder.write(content, to: "large")
    #expect(try walk()["large"]?.id == ObjectID(blob: content))
  }

  @Test func keepsNamesThatAreNoText() throws {
    let path = (Array((folder.path + "/").utf8) + [0xFF, 0xFE, 0]).map { CChar(bitPattern: $0) }
    close(unsafe open(path, O_CREAT | O_WRONLY, 0o644))
    defer { unsafe unlink(path) }
    #expect(try walk().paths == [ProjectPath(bytes: [0xFF, 0xFE])])
  }

  @Test func namesAFolderThatIsNotThere() throws {
    var walker = FileWalker(root: folder.path + "/absent")
    let error = try #require(throws: UnreadableProject.self) { try walker.walk() }
    #expect(error.description.contains("absent' cannot be read (No such file or directory)"))
  }
}
