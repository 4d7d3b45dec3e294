@unsafe @preconcurrency import Glibc
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct WorkspaceTests {
  private let folder: TemporaryDirectory
  private let outside: TemporaryDirectory
  private let workspace: Workspace

  init() throws {
    folder = try TemporaryDirectory()
    outside = try TemporaryDirectory()
    try outside.write("secret", to: "secret.txt")
    workspace = try Workspace(root: folder.path)
  }

  private func code(of path: String) async -> WorkspaceError.Code? {
    do throws(WorkspaceError) {
      _ = try await workspace.contents(of: workspace.path(path))
      return nil
    } catch {
      return error.code
    }
  }

  private func link(_ target: String, at path: String) {
    #expect(unsafe symlink(target, folder.appending(path)) == 0)
  }

  @Test(arguments: [
    "../secret.txt", "a/../../secret.txt", "a/..", "..", "/etc/passwd", "//etc/passwd", "/",
    "/proc/self/root/etc/passwd",
    "./../x",
  ])
  func refusesPathsOutside(path: String) async {
    #expect(await code(of: path) != nil)
  }

  @Test(arguments: ["", ".", "./", "a\0b"])
  func refusesWhatIsNoPath(path: String) {
    #expect(throws: WorkspaceError.self) { try workspace.path(path) }
  }

  @Test(arguments: [".git/config", ".git", "sub/.git/config", ".autonomy/state.db", ".GIT/config", "./.git/x"])
  func closesItsOwnFoldersAndGits(path: String) async throws {
    try folder.write("x", to: path == ".git" ? "other" : path)
    #expect(await code(of: path) == .protected)
  }

  @Test func takesAnAbsolutePathInsideTheProject() throws {
    #expect(try workspace.path(folder.appending("src/a.c")) == "src/a.c")
  }

  @Test func refusesAnAbsolutePathThatOnlyBeginsAlike() {
    #expect(throws: WorkspaceError.self) { try workspace.path(folder.path + "-other/a.c") }
  }

  @Test(arguments: ["absolute", "relative", "chained", "folder/secret.txt"])
  func refusesLinksThatLeadOut(path: String) async throws {
    let name = try #require(outside.path.split(separator: "/").last)
    link(outside.appending("secret.txt"), at: "absolute")
    link("../\(name)/secret.txt", at: "relative")
    link("absolute", at: "chained")
    link(outside.path, at: "folder")
    #expect(await code(of: path) == .outside)
  }

  @Test func refusesALinkIntoGit() async throws {
    try folder.write("x", to: ".git/config")
    link(".git/config", at: "config")
    #expect(await code(of: "config") == .protected)
  }

  @Test func refusesLinksInACircle() async {
    link("b", at: "a")
    link("a", at: "b")
    #expect(await code(of: "a") == .invalidPath)
  }

  @Test func followsALinkInsideToItsPlace() async throws {
    try folder.write("text", to: "src/real.c")
    link("../src/real.c", at: "src/alias.c")
    link(folder.appending("src"), at: "source")
    let path: ProjectPath = "src/real.c"
    #expect(try await workspace.contents(of: "src/alias.c")?.path == path)
    #expect(try await workspace.contents(of: "source/real.c")?.path == path)
  }

  @Test func doesNotWaitForAFIFO() async {
    #expect(unsafe mkfifo(folder.appending("pipe"), 0o600) == 0)
    #expect(await code(of: "pipe") == .notAFile)
  }

  @Test func refusesAFolderAndAFileAboveAFile() async throws {
    try folder.write("x", to: "a/b")
    #expect(await code(of: "a") == .notAFile)
    #expect(await code(of: "a/b/c") == .notAFile)
  }

  @Test func hidesWhatTheUserHides() async throws {
    try folder.write("keys/\n*.pem\n", to: ".autonomyignore")
    try folder.write("x", to: "keys/a")
    try folder.write("x", to: "my.pem")
    link("my.pem", at: "innocent.txt")
    for path in ["keys/a", "my.pem", "keys", "new.pem", "innocent.txt"] { #expect(await code(of: path) == .hidden) }
    try folder.write("nothing\n", to: ".autonomyignore")
    #expect(await code(of: "my.pem") == nil)
  }

  @Test func showsNothingWhileItIsUnknownWhatIsHidden() async throws {
    try folder.write("x", to: "f")
    link("/dev/null", at: ".autonomyignore")
    #expect(await code(of: "f") == .environment)
  }

  @Test func isNotOpenedOnSomethingElseThanAFolder() throws {
    try folder.write("x", to: "file")
    #expect(throws: WorkspaceError.self) { try Workspace(root: folder.appending("file")) }
    #expect(throws: WorkspaceError.self) { try Workspace(root: folder.appending("absent")) }
  }

  @Test func answersNilForAFileThatIsNotThere() async throws {
    #expect(try await workspace.contents(of: "a/b/c") == nil)
  }

  @Test(arguments: [("a/../b", false), ("a/b/../../.git/x", false), ("a/../../b", true), ("../a", true)])
  func saysOfAWayUpWhetherItLeadsOut(_ path: String, _ isOutside: Bool) {
    let error = #expect(throws: WorkspaceError.self) { try workspace.path(path) }
    #expect(error?.code == (isOutside ? .outside : .invalidPath))
    #expect(error?.message.contains(isOutside ? "lies outside the project" : "has a '..' in it") == true)
  }
}
