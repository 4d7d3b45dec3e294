@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// Where HEAD of the user's own repository is, as its files tell it and as Git does.
@Suite struct GitHeadTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  /// What a store of the project at `path` finds.
  private func head(of path: String? = nil) throws -> GitHead? {
    let store = try TemporaryDirectory()
    return try SnapshotStore(root: path ?? folder.path, folder: store.appending("checkpoints")).head
  }

  private func commit(_ repository: ScratchRepository) async throws -> String {
    let person = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    try await repository.git(person + ["commit", "--quiet", "--allow-empty", "-m", "x"])
    return try await id(repository)
  }

  private func id(_ repository: ScratchRepository) async throws -> String {
    String(decoding: try await repository.git(["rev-parse", "HEAD"]).dropLast(), as: UTF8.self)
  }

  @Test func isNothingWithoutARepository() throws {
    #expect(try head() == nil)
  }

  @Test func isABranchThatMoves() async throws {
    let repository = try await ScratchRepository(in: folder)
    #expect(try head()?.description == "refs/heads/main")
    let first = try await commit(repository)
    #expect(try head()?.description == "refs/heads/main \(first)")
    folder.makeFolder("sub")
    #expect(try head(of: folder.appending("sub")) == head())
    try await repository.git(["pack-refs", "--all"])
    #expect(try head()?.description == "refs/heads/main \(first)")
    try await repository.git(["branch", "--quiet", "main2"])
    // The packed one is out of date from here on, and 'main' is the end of another's name.
    try await repository.git(["branch", "--quiet", "not/main"])
    let second = try await commit(repository)
    #expect(first != second)
    #expect(try head()?.commit == second)
    #expect(try head()?.branch == "main")
  }

  @Test func isABranchThatStandsForAnother() async throws {
    let repository = try await ScratchRepository(in: folder)
    let id = try await commit(repository)
    try await repository.git(["symbolic-ref", "refs/heads/also", "refs/heads/main"])
    try await repository.git(["symbolic-ref", "HEAD", "refs/heads/also"])
    #expect(try head()?.commit == id)
  }

  @Test func isACommitWhereItIsDetached() async throws {
    let repository = try await ScratchRepository(in: folder)
    let id = try await commit(repository)
    try await repository.git(["checkout", "--quiet", "--detach"])
    #expect(try head()?.description == id)
    #expect(try head()?.branch == nil)
  }

  @Test(arguments: [false, true]) func isThatOfAWorktree(isPacked: Bool) async throws {
    let repository = try await ScratchRepository(in: folder)
    let id = try await commit(repository)
    try await repository.git(["worktree", "add", "--quiet", "-b", "topic/one", "other"])
    if isPacked { try await repository.git(["pack-refs", "--all"]) }
    #expect(try head(of: folder.appending("other"))?.description == "refs/heads/topic/one \(id)")
    #expect(try head()?.description == "refs/heads/main \(id)")
  }

  @Test func isThatOfASubmodule() async throws {
    let repository = try await ScratchRepository(in: folder)
    let id = try await commit(repository)
    try await repository.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", folder.path, "part"])
    #expect(try head(of: folder.appending("part"))?.commit == id)
  }

  @Test(arguments: [
    "", "\n", "ref: ", "ref: refs/heads/../../../x", "ref: /etc/passwd", "ref: refs/heads/.invalid\n",
    "ref: refs/heads/a b", "1234", "ref: refs/heads/\n", "ref: refs//x",
  ])
  func isNothingWhereTheFileSaysNothing(_ text: String) async throws {
    _ = try await ScratchRepository(in: folder)
    try folder.write(text, to: ".git/HEAD")
    #expect(try head() == nil)
  }

  @Test func isNothingWhereBranchesStandForEachOther() async throws {
    _ = try await ScratchRepository(in: folder)
    try folder.write("ref: refs/heads/a\n", to: ".git/HEAD")
    try folder.write("ref: refs/heads/b\n", to: ".git/refs/heads/a")
    try folder.write("ref: refs/heads/a\n", to: ".git/refs/heads/b")
    #expect(try head() == nil)
  }

  @Test func hangsOnNothing() async throws {
    _ = try await ScratchRepository(in: folder)
    unsafe unlink(folder.appending(".git/HEAD"))
    unsafe mkfifo(folder.appending(".git/HEAD"), 0o644)
    #expect(try head() == nil)
  }

  @Test(arguments: ["", " ", "x", "refs/heads/main x", "refs/heads/main \(String(repeating: "a", count: 40)) x"])
  func aTextThatIsNoneIsNotRead(_ text: String) {
    #expect(GitHead(text) == nil)
  }
}
