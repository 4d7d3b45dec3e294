import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Folders beside the project that hold the files of a checkpoint.
@Suite struct WorktreeTests {
  private let project: TestProject

  init() throws {
    project = try TestProject(["MASTER_PLAN.md": "# Plan\n", ".gitignore": "deps/\n*.log\n", "a/b.txt": "b\n"])
    try project.folder.write("of 1 GB\n", to: "deps/lib.txt")
    try project.folder.write("noise\n", to: "run.log")
  }

  private func desk() throws -> CheckpointDesk {
    let configuration = try project.configuration(url: "http://127.0.0.1:9")
    return CheckpointDesk(project: project.folder.path, configuration: configuration, command: "test")
  }

  private func make(_ purpose: Worktree.Purpose, _ name: String, sharing shared: [String] = []) async throws -> Worktree
  {
    try await desk().use { store in
      let checkpoint = try await store.create("Start")
      return try await store.makeWorktree(for: purpose, name, at: checkpoint.id, sharing: shared)
    }
  }

  @Test func holdsWhatWasCapturedAndWhatIsShared() async throws {
    let plain = try await make(.comparison, "1")
    #expect(plain.path == "\(project.folder.path)/.autonomy/worktrees/comparison-1")
    #expect(project.folder.text(of: ".autonomy/worktrees/comparison-1/a/b.txt") == "b\n")
    #expect(project.folder.text(of: ".autonomy/worktrees/comparison-1/deps/lib.txt") == nil)
    #expect(project.folder.text(of: ".autonomy/worktrees/comparison-1/run.log") == nil)
    _ = try await make(.comparison, "2", sharing: ["deps", "nothing"])
    #expect(project.folder.text(of: ".autonomy/worktrees/comparison-2/deps/lib.txt") == "of 1 GB\n")
    // What changes there changes nothing here.
    try project.folder.write("changed\n", to: ".autonomy/worktrees/comparison-2/deps/lib.txt")
    #expect(project.folder.text(of: "deps/lib.txt") == "of 1 GB\n")
  }

  @Test func isNoPartOfTheProject() async throws {
    let before = try await desk().use { try await $0.create("Before") }
    _ = try await make(.comparison, "1")
    let after = try await desk().use { try await $0.create("After") }
    #expect(before.files == after.files)
  }

  @Test func leftoversGoButForks() async throws {
    let fork = try await make(.fork, "1")
    try project.folder.write("", to: ".autonomy/worktrees/\(fork.name)/.autonomy/state.db")
    let comparison = try await make(.comparison, "1")
    try project.folder.write("mine\n", to: ".autonomy/worktrees/notes/mine.txt")
    try await Worktree.removeLeftovers(of: project.folder.path)
    #expect(
      TemporaryDirectory.names(in: project.folder.path + "/.autonomy/worktrees").sorted() == [fork.name, "notes"]
    )
    #expect(comparison.name == "comparison-1")
  }

  @Test func aComparisonThatWasKilledIsKeptWithWhatTheUserChangedInIt() async throws {
    let comparison = try await make(.comparison, "1")
    let state = StateFolder(ofProject: comparison.path)
    try state.make()
    let store = try StateManager(path: state.database)
    _ = try await store.commit([], [.userChanged(UserChangedEvent(paths: ["a/b.txt"]))])
    #expect(try await Worktree.removeLeftovers(of: project.folder.path) == [comparison: [ProjectPath("a/b.txt")]])
    #expect(project.folder.text(of: ".autonomy/worktrees/comparison-1/a/b.txt") == "b\n")
  }

  @Test(arguments: [nil, "mine.txt", "a/b.txt", "run.log"])
  func aComparisonThatWasKilledIsKeptWithWhatWasChangedInItSince(path: String?) async throws {
    let comparison = try await make(.comparison, "1")
    let desk = CheckpointDesk(
      project: comparison.path,
      configuration: try project.configuration(url: "http://127.0.0.1:9"),
      command: "test"
    )
    _ = try await desk.use { try await $0.create("Start") }
    if let path { try project.folder.write("mine\n", to: ".autonomy/worktrees/comparison-1/\(path)") }
    let wanted = try await Worktree.removeLeftovers(of: project.folder.path)
    // What is ignored is nobody's.
    let isWanted = path != nil && path != "run.log"
    #expect(wanted == (isWanted ? [comparison: [try ProjectPath(path ?? "")]] : [:]))
    #expect((FileKind.of(comparison.path) == .folder) == isWanted)
  }

  @Test(arguments: [
    ("/p/.autonomy/worktrees/fork-r1-3", "/p"),
    ("/p/.autonomy/worktrees/fork-r1-3/.autonomy/worktrees/fork-r2-4", "/p"),
    ("/p/.autonomy/worktrees/fork-r1-3/inside", nil), ("/p/.autonomy/worktrees/kept-1", nil), ("/p/fork-1", nil),
    ("/p", nil),
  ])
  func aForkKnowsWhereItCameFrom(path: String, project: String?) {
    #expect(Worktree.origin(of: path) == project)
  }

  @Test func isRemovedWithFilesWhoseNamesAreNoText() async throws {
    project.folder.writeUnreadableName(in: "a")
    let worktree = try await make(.task, "t1")
    #expect(TemporaryDirectory.names(in: "\(worktree.path)/a").count == 2)
    try await worktree.remove()
    #expect(FileKind.ofEntry(worktree.path) == nil)
  }

  @Test(arguments: ["a/../a", "../PROJECT/a"])
  func nothingIsSharedByAPathThatGoesUp(path: String) async throws {
    let name = try #require(project.folder.path.split(separator: "/").last)
    await #expect(throws: ScratchCopyError.self) {
      try await make(.comparison, "1", sharing: [path.replacing("PROJECT", with: name)])
    }
  }

  @Test func isNotMadeTwice() async throws {
    _ = try await make(.fork, "1")
    await #expect(throws: WorktreeError.self) { try await make(.fork, "1") }
  }
}
