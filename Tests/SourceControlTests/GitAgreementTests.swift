@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

@Suite struct GitAgreementTests {
  @Test(arguments: UInt64(0)..<4)
  func makesTheTreeThatGitMakes(seed: UInt64) async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    var project = RandomProject(in: repository.folder, seed: seed)
    var walker = FileWalker(root: repository.folder.path)
    for round in 0..<5 {
      project.change()
      let tree = try walker.walk()
      try #require(try await tree.id.description == repository.treeID(), "round \(round), \(project.rules)")
    }
    var fresh = FileWalker(root: repository.folder.path)
    #expect(try fresh.walk() == walker.walk())
  }

  @Test(arguments: [
    "node_modules/", "*.py[cod]", "!.env.example", "/dist", "docs/_build/", "**/__pycache__", "*.egg-info/",
    "foo/**/bar",
    "target", ".DS_Store", "/*\n!/src", "*.log\n!important.log", "a/b/*.tmp", "\\!odd", "build*/", "*~", "[Bb]in/",
  ])
  func agreesWithCheckIgnoreOnUsualRules(rules: String) async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    try repository.folder.write(rules + "\n", to: ".gitignore")
    let paths = [
      "node_modules/x/y", "a.pyc", ".env", ".env.example", "dist/a", "x/dist/a", "docs/_build/h", "a/__pycache__/m",
      "x.egg-info/P", "foo/bar", "foo/a/b/bar", "target/debug/x", ".DS_Store", "src/main.c", "top", "debug.log",
      "important.log", "a/b/c.tmp", "a/b/c/d.tmp", "!odd", "build-x/o", "file~", "Bin/tool", "bin/tool",
    ]
    for path in paths { try repository.folder.write("x", to: path) }
    var walker = FileWalker(root: repository.folder.path)
    let kept = Set(try walker.walk().paths.map(\.description))
    let ignored = try await repository.git(["check-ignore", "--no-index", "--"] + paths, statuses: [0, 1])
    let expected = Set(String(decoding: ignored, as: UTF8.self).split(separator: "\n").map { Self.unquoted($0) })
    #expect(Set(paths).subtracting(kept) == expected)
  }

  private static func unquoted(_ path: Substring) -> String {
    path.hasPrefix("\"") ? String(path.dropFirst().dropLast()) : String(path)
  }

  @Test func leavesTheRepositoryAsItIs() async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    try repository.folder.write("x", to: "a")
    let before = modified(repository.folder.path + "/.git")
    var walker = FileWalker(root: repository.folder.path)
    _ = try walker.walk()
    #expect(modified(repository.folder.path + "/.git") == before)
  }

  private func modified(_ path: String) -> Int {
    var status = stat()
    unsafe lstat(path, &status)
    return Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
  }

  @Test(arguments: [2, 3, 4])
  func keepsWhatGitTracksAlthoughRulesIgnoreIt(indexVersion: Int) async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    let tracked = ["lib/deep/a", "lib/deep/ab", "lib/\(String(repeating: "long", count: 50))/c", "x.o"]
    for path in tracked + ["lib/other", "y.o", "part/lib/z"] { try repository.folder.write("x", to: path) }
    try repository.folder.write("lib/\n*.o\n", to: ".gitignore")
    var walker = FileWalker(root: repository.folder.path)
    #expect(try walker.walk().paths == [".gitignore"])
    try await repository.git(["add", "--force", "--"] + tracked + ["part/lib/z"])
    // Git writes version 3 where an entry needs it.
    if indexVersion == 3 { try await repository.git(["add", "--intent-to-add", ".gitignore"]) }
    if indexVersion == 4 { try await repository.git(["update-index", "--index-version", "4"]) }
    #expect(try #require(repository.folder.bytes(of: ".git/index"))[7] == UInt8(indexVersion))
    #expect(try walker.walk().paths.map(\.description) == ([".gitignore", "part/lib/z"] + tracked).sorted())
    var part = FileWalker(root: repository.folder.path + "/part")
    #expect(try part.walk().paths == ["lib/z"])
  }

  @Test func takesADamagedIndexForWhatIsReadable() async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    for path in ["a", "b"] { try repository.folder.write("x", to: path) }
    try repository.folder.write("*\n", to: ".gitignore")
    try await repository.git(["add", "--force", "a", "b"])
    let index = try #require(repository.folder.bytes(of: ".git/index"))
    for count in 0..<index.count {
      try repository.folder.write(Array(index[..<count]), to: ".git/index")
      var walker = FileWalker(root: repository.folder.path)
      #expect(try Set(walker.walk().paths).isSubset(of: ["a", "b"]))
    }
  }

  @Test func honoursTheRulesAboveAProjectInALargerRepository() async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    try repository.folder.write("*.o\n/apps/one/out\n", to: ".gitignore")
    try repository.folder.write("one/*.tmp\n", to: "apps/.gitignore")
    for path in ["a.c", "a.o", "out/x", "a.tmp", "deep/out"] {
      try repository.folder.write("x", to: "apps/one/" + path)
    }
    var walker = FileWalker(root: repository.folder.path + "/apps/one")
    #expect(try walker.walk().paths == ["a.c", "deep/out"])
  }

  @Test func walksAProjectThatTheRulesAboveIgnore() async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    try repository.folder.write("apps/\n*.o\n", to: ".gitignore")
    try repository.folder.write("x", to: "apps/one/a.o")
    var walker = FileWalker(root: repository.folder.path + "/apps/one")
    #expect(try walker.walk().paths == ["a.o"])
  }

  @Test func readsTheRulesOfAWorktreesRepository() async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    try repository.folder.write("secret\n", to: ".git/info/exclude")
    try repository.folder.write("x", to: "a")
    try await repository.git(["add", "a"])
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    try await repository.git(identity + ["commit", "--quiet", "--message=First"])
    try await repository.git(["worktree", "add", "--quiet", "tree"])
    try repository.folder.write("x", to: "tree/secret")
    var walker = FileWalker(root: repository.folder.path + "/tree")
    #expect(try walker.walk().paths == ["a"])
  }

  @Test(arguments: ["mine/ignore", "~/mine/ignore", "\"mine/ignore\" ; where"])
  func readsTheFileThatTheConfigurationNames(value: String) async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    for path in ["a.tmp", "b.tmp", "c"] { try repository.folder.write("x", to: path) }
    try repository.folder.write("mine\n", to: ".git/info/exclude")
    try repository.folder.write("*.tmp\n!.gitignore\n", to: "mine/ignore")
    try repository.folder.write("!b.tmp\n", to: ".gitignore")
    let before = try #require(repository.folder.text(of: ".git/config"))
    try repository.folder.write(before + "[Core]\n\tExcludesFile = \(value)\n", to: ".git/config")
    await #expect(processExitsWith: .success) { [path = repository.folder.path as String] in
      unsafe setenv("HOME", path, 1)
      unsafe unsetenv("XDG_CONFIG_HOME")
      var walker = FileWalker(root: path)
      let paths = try walker.walk().paths
      #expect(paths == [".gitignore", "b.tmp", "c"])
    }
    #expect(
      try await repository.git(["ls-files", "--others", "--exclude-standard"]) == Array(".gitignore\nb.tmp\nc\n".utf8)
    )
  }

  @Test(arguments: [(".config/git/ignore", "*.tmp\n"), (".gitconfig", "[core]\n\texcludesfile = ~/rules\n")])
  func readsTheUsersOwnRules(path: String, content: String) async throws {
    let home = try TemporaryDirectory()
    try home.write("*.tmp\n", to: "rules")
    try home.write(content, to: path)
    let repository = try await ScratchRepository(in: TemporaryDirectory())
    for path in ["a.tmp", "c"] { try repository.folder.write("x", to: path) }
    await #expect(processExitsWith: .success) {
      [path = repository.folder.path as String, home = home.path as String] in
      unsafe setenv("HOME", home, 1)
      unsafe unsetenv("XDG_CONFIG_HOME")
      var walker = FileWalker(root: path)
      let paths = try walker.walk().paths
      #expect(paths == ["c"])
    }
  }
}
