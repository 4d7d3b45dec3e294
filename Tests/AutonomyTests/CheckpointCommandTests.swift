@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// The commands for checkpoints, from the outside.
@Suite struct CheckpointCommandTests {
  private func project() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("one\n", to: "a.txt")
    return folder
  }

  @Test func aCheckpointIsTakenListedShownAndCompared() async throws {
    let folder = try project()
    let created = try await Invocation("checkpoints", "create", "before lunch", "--json", in: folder.path).result
    #expect(created["id"] == "c1")
    #expect(created["kind"] == "manual")
    #expect(created["files"] == 1)
    try folder.write("two\n", to: "a.txt")
    try folder.write("new\n", to: "b.txt")
    let listed = try await Invocation("checkpoints", "--json", in: folder.path).lines
    #expect(listed.count == 2)
    #expect(listed[0]["message"] == "before lunch")
    let shown = await Invocation("checkpoints", "show", "c1", in: folder.path)
    #expect(shown.output.contains("before lunch"))
    let diff = await Invocation("checkpoints", "diff", "c1", in: folder.path)
    #expect(diff.output.contains("-one\n+two\n"))
    #expect(diff.output.contains("b/b.txt"))
    let verified = await Invocation("checkpoints", "verify", in: folder.path)
    #expect(verified.exitCode == 0 && verified.output.contains("all whole"))
    let collected = try await Invocation("checkpoints", "gc", "--json", in: folder.path).result
    #expect(collected["dropped"] == [])
  }

  @Test func aRollbackIsShownDoneAndUndone() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    try folder.write("two\n", to: "a.txt")
    let preview = await Invocation("rollback", "c1", "--preview", in: folder.path)
    #expect(preview.output.contains("-two\n+one\n"))
    #expect(folder.text(of: "a.txt") == "two\n")
    let refused = await Invocation("rollback", "c1", "--json", in: folder.path)
    #expect(refused.exitCode == 8)
    #expect(refused.errors.hasPrefix("Error: You changed 'a.txt' since. '--force'"), "\(refused.errors)")
    #expect(try refused.result["conflicts"] == ["a.txt"])
    // What leads to no rollback leaves no checkpoint.
    #expect(try await Invocation("checkpoints", "--json", in: folder.path).lines.count == 2)
    let done = try await Invocation("rollback", "c1", "--force", "--json", in: folder.path).result
    #expect(done["restored"] == ["a.txt"])
    #expect(done["safety"] == "c2")
    #expect(folder.text(of: "a.txt") == "one\n")
    let undone = await Invocation("rollback", "--undo", in: folder.path)
    #expect(undone.exitCode == 0, "\(undone.errors)")
    #expect(undone.output.contains("Took back the rollback to checkpoint 'c1'"), "\(undone.output)")
    #expect(folder.text(of: "a.txt") == "two\n")
  }

  @Test func permissionsThatWouldChangeAreShown() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    #expect(unsafe chmod(folder.appending("a.txt"), 0o600) == 0)
    let preview = await Invocation("rollback", "c1", "--preview", in: folder.path)
    #expect(preview.errors == "! You changed this since: a.txt\n1 file would change. Nothing was changed.\n")
    let told = try await Invocation("rollback", "c1", "--preview", "--json", in: folder.path).result
    #expect(told["permissions"] == ["a.txt"] && told["conflicts"] == ["a.txt"] && told["changes"] == 0)
    #expect(await Invocation("rollback", "c1", "--force", in: folder.path).exitCode == 0)
    // What the rollback itself has changed is nobody's.
    let undo = await Invocation("rollback", "--undo", "--preview", in: folder.path)
    #expect(undo.errors == "· Only its permissions would change: a.txt\n1 file would change. Nothing was changed.\n")
  }

  @Test func aRollbackTellsThatTheUsersBranchHasMoved() async throws {
    let folder = try project()
    let repository = try await ScratchRepository(in: folder)
    func commit(_ words: [String]) async throws -> String {
      let person = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
      try await repository.git(person + ["commit", "--quiet", "-a", "--allow-empty", "-m", "x"] + words)
      return String(decoding: try await repository.git(["rev-parse", "HEAD"]).dropLast(), as: UTF8.self)
    }
    _ = await Invocation("checkpoints", "create", in: folder.path)
    try await repository.git(["add", "a.txt"])
    let first = try await commit([])
    try folder.write("two\n", to: "a.txt")
    _ = await Invocation("checkpoints", "create", in: folder.path)
    let shown = try await Invocation("checkpoints", "show", "c2", "--json", in: folder.path).result
    #expect(shown["head"] == .string("refs/heads/main \(first)"))
    let stays = await Invocation("rollback", "c2", "--preview", in: folder.path)
    #expect(!stays.errors.contains("Your"), "\(stays.errors)")
    let second = try await commit([])
    let preview = await Invocation("rollback", "c2", "--preview", in: folder.path)
    let said = "Your branch 'main' was at \(first.prefix(7)) then and is at \(second.prefix(7)) now;"
    #expect(preview.errors.contains(said), "\(preview.errors)")
    let unborn = await Invocation("rollback", "c1", "--preview", in: folder.path)
    #expect(unborn.errors.contains("'main' was without a commit then and is at"), "\(unborn.errors)")
    try await repository.git(["switch", "--quiet", "-c", "topic"])
    let done = await Invocation("rollback", "c1", "--force", in: folder.path)
    let switched =
      "Your repository was on branch 'main' without a commit then and is on branch 'topic' at \(second.prefix(7)) now;"
    #expect(done.output.contains(switched), "\(done.output)")
    let told = try await Invocation("rollback", "c2", "--json", in: folder.path).result["head"]
    #expect(told == ["then": .string("refs/heads/main \(first)"), "now": .string("refs/heads/topic \(second)")])
    #expect(String(decoding: try await repository.git(["branch", "--show-current"]), as: UTF8.self) == "topic\n")
  }

  @Test(.whereFilesCanBeImmutable) func aPreviewTellsWhatTheRollbackWouldBeRefused() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    try folder.write("two\n", to: "a.txt")
    try #require(unsafe system("chattr +i '\(folder.appending("a.txt"))'") == 0)
    defer { _ = unsafe system("chattr -i '\(folder.appending("a.txt"))'") }
    let refusal = "'a.txt' cannot be brought back, because 'a.txt' is immutable"
    let preview = await Invocation("rollback", "c1", "--preview", in: folder.path)
    #expect(preview.errors.contains(refusal), "\(preview.errors)")
    let told = try await Invocation("rollback", "c1", "--preview", "--json", in: folder.path).result["refusal"]
    #expect(told?.string?.hasPrefix(refusal) == true)
    // What is left as it is needs nothing.
    let keeping = await Invocation("rollback", "c1", "--preview", "--keep-mine", in: folder.path)
    #expect(!keeping.errors.contains(refusal), "\(keeping.errors)")
    let refused = await Invocation("rollback", "c1", "--force", in: folder.path)
    #expect(refused.exitCode == RunOutcome.environment.exitCode)
    #expect(refused.errors.contains(refusal), "\(refused.errors)")
  }

  @Test func whatBecomesOfTasksIsInPreviewsAndDiffs() async throws {
    let run = try SampleRun()
    try await run.begin()
    try await run.takeStep()
    try await run.fail(2)
    _ = await Invocation("checkpoints", "create", in: run.path)
    _ = await Invocation("tasks", "reopen", "t2", in: run.path)
    let preview = await Invocation("rollback", "c1", "--preview", in: run.path)
    #expect(preview.errors.contains("t2 pending → failed\n"), "\(preview.errors)")
    #expect(preview.errors.contains("t3 pending → blocked\n"))
    #expect(preview.errors.contains("0 files and 2 tasks would change. Nothing was changed."))
    let lines = try await Invocation("rollback", "c1", "--preview", "--json", in: run.path).lines
    #expect(lines.first == ["type": "task", "id": "t2", "before": "pending", "after": "failed"])
    #expect(lines.last?["tasks"] == 2)
    _ = await Invocation("checkpoints", "create", in: run.path)
    for words in [["diff", "c1"], ["diff", "c1", "c2"]] {
      let diff = await Invocation(words: ["checkpoints"] + words, in: run.path)
      #expect(diff.output.hasPrefix("t2 failed → pending\nt3 blocked → pending\n"), "\(diff.output)")
      #expect(try await Invocation(words: ["checkpoints"] + words + ["--json"], in: run.path).result["tasks"] == 2)
    }
  }

  @Test func namesCannotBreakWhatIsShown() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", "two\nlines \u{1B}[31m", in: folder.path)
    let list = await Invocation("checkpoints", in: folder.path)
    #expect(list.output.split(separator: "\n").count == 2, "\(list.output)")
    #expect(list.output.contains("two lines"))
    try folder.write("x", to: "evil\u{1B}[31m\nname")
    let words = [
      ["rollback", "c1"], ["rollback", "c1", "--preview"], ["rollback", "c1", "--keep-mine"],
      ["checkpoints", "show", "c2"],
    ]
    _ = await Invocation("checkpoints", "create", in: folder.path)
    for words in words {
      let shown = await Invocation(words: words, in: folder.path)
      let text = shown.output + shown.errors
      #expect(text.contains("evil"), "\(words): \(text)")
      #expect(!text.unicodeScalars.contains("\u{1B}"), "\(words)")
      #expect(!text.contains("[31m\nname"), "\(words)")
    }
  }

  @Test(arguments: [["rollback", "C1"], ["rollback", "1"], ["checkpoints", "show", "C1"]])
  func anIdIsUnderstoodAsPeopleTypeIt(_ words: [String]) async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    let invocation = await Invocation(words: words, in: folder.path)
    #expect(invocation.exitCode == 0, "\(invocation.errors)")
  }

  @Test(arguments: ["2", "T2", "t2"])
  func soIsThatOfATask(_ text: String) async throws {
    let run = try SampleRun()
    try await run.begin()
    let shown = await Invocation("tasks", "show", text, in: run.path)
    #expect(shown.exitCode == 0, "\(shown.errors)")
    let rollback = await Invocation("rollback", "--task", text, in: run.path)
    #expect(rollback.errors.contains("The task 't2' has not begun"), "\(rollback.errors)")
  }

  @Test(arguments: [
    ["rollback", "c1"], ["rollback", "c1", "--preview"], ["rollback", "--undo"], ["rollback", "--task", "t1"],
    ["checkpoints", "show", "c1"], ["checkpoints", "diff", "c1"], ["checkpoints", "diff", "c1", "c2"],
    ["checkpoints", "verify"], ["checkpoints", "gc"],
  ])
  func whatIsRefusedWhereThereIsNoCheckpointMakesNothing(_ words: [String]) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation(words: words, in: folder.path)
    #expect(invocation.exitCode == 2)
    #expect(invocation.errors.contains("There "), "\(invocation.errors)")
    #expect(folder.names().isEmpty)
  }

  @Test(arguments: [["checkpoints", "create"], ["rollback", "c1"], ["run"]])
  func nothingIsMadeInTheRootOfTheMachine(_ words: [String]) async throws {
    let wasThere = TemporaryDirectory.names(in: "/").contains(".autonomy")
    let invocation = await Invocation(words: words, in: "/")
    #expect(invocation.exitCode != 0)
    #expect(TemporaryDirectory.names(in: "/").contains(".autonomy") == wasThere)
  }

  @Test(arguments: [
    (["rollback"], "Give one of a checkpoint's id"), (["rollback", "x1"], "is no id of a checkpoint"),
    (["rollback", "c9"], "There is no checkpoint 'c9'"), (["rollback", "--undo"], "no rollback yet"),
    (["rollback", "--task", "t1"], "There is no task 't1'"),
    (["rollback", "c1", "--force", "--keep-mine"], "not both"),
    (["checkpoints", "show", "c9"], "There is no checkpoint 'c9'"),
  ])
  func whatCannotBeIsSaidWithExitCode2(_ words: [String], _ message: String) async throws {
    let folder = try project()
    let invocation = await Invocation(words: words, in: folder.path)
    #expect(invocation.exitCode == 2)
    #expect(invocation.errors.contains(message), "\(invocation.errors)")
  }

  @Test(arguments: ["", "  ", "\n"])
  func refusesABlankName(_ name: String) async throws {
    let folder = try project()
    let created = await Invocation("checkpoints", "create", name, in: folder.path)
    #expect(created.exitCode == 2 && created.errors.contains("A checkpoint's name"), "\(created.errors)")
    #expect(folder.names() == ["a.txt"])
  }

  @Test func gcSaysThatWhatIsKeptIsTooMuch() async throws {
    let folder = try project()
    try folder.write("{checkpoint: {size: 1}}", to: "autonomy.json")
    try folder.write((0..<1_500_000).map { _ in UInt8.random(in: 0...255) }, to: "large")
    _ = await Invocation("checkpoints", "create", in: folder.path)
    let collected = await Invocation("checkpoints", "gc", in: folder.path)
    #expect(collected.exitCode == 0 && collected.output.contains("more than 'checkpoint.size' allows"))
  }

  @Test func noRollbackMovesARepositoryInItsWay() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    unsafe unlink(folder.appending("a.txt"))
    try folder.write("ref: refs/heads/main\n", to: "a.txt/deep/.git/HEAD")
    try folder.write("work\n", to: "a.txt/deep/w")
    let preview = await Invocation("rollback", "c1", "--preview", in: folder.path)
    #expect((preview.output + preview.errors).contains("'a.txt/deep/.git'"), "\(preview.output)\(preview.errors)")
    let rollback = await Invocation("rollback", "c1", "--force", in: folder.path)
    #expect(
      rollback.exitCode == 7 && rollback.errors.contains("'a.txt/deep/.git' is in its place"),
      "\(rollback.errors)"
    )
    #expect(folder.text(of: "a.txt/deep/.git/HEAD") == "ref: refs/heads/main\n")
    #expect(folder.text(of: "a.txt/deep/w") == "work\n")
  }

  @Test func undoingPutsBackWhatNoCheckpointHasOfAFolder() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    unsafe unlink(folder.appending("a.txt"))
    try folder.write("work\n", to: "a.txt/deep/w")
    for name in ["a.txt/pipe", "a.txt/deep/pipe"] { #expect(unsafe mkfifo(folder.appending(name), 0o600) == 0) }
    let rollback = await Invocation("rollback", "c1", "--force", in: folder.path)
    #expect(rollback.exitCode == 0 && folder.text(of: "a.txt") == "one\n", "\(rollback.errors)")
    let undone = await Invocation("rollback", "--undo", in: folder.path)
    #expect(undone.exitCode == 0 && !undone.output.contains("Moved out of the way"), "\(undone.output)\(undone.errors)")
    #expect(folder.text(of: "a.txt/deep/w") == "work\n")
    for name in ["a.txt/pipe", "a.txt/deep/pipe"] { #expect(unsafe access(folder.appending(name), F_OK) == 0) }
    #expect(unsafe access(folder.appending(".autonomy/checkpoints/rescued"), F_OK) != 0)
  }

  @Test func whatRollbacksMovedAwayDropsNoCheckpoint() async throws {
    let folder = try project()
    try folder.write("{checkpoint: {size: 1}}", to: "autonomy.json")
    for text in ["two\n", "three\n"] {
      _ = await Invocation("checkpoints", "create", in: folder.path)
      try folder.write(text, to: "a.txt")
      _ = await Invocation("rollback", "c1", "--force", in: folder.path)
    }
    let before = try await Invocation("checkpoints", "--json", in: folder.path).result["checkpoints"]
    try folder.write([UInt8](repeating: 7, count: 3_000_000), to: ".autonomy/checkpoints/rescued/r/1-a.txt")
    let collected = await Invocation("checkpoints", "gc", in: folder.path)
    #expect(collected.exitCode == 0 && collected.output.contains("No checkpoint is too old"), "\(collected.output)")
    #expect(collected.output.contains("3.0 MB of that is what rollbacks moved out of the way"), "\(collected.output)")
    #expect(!collected.output.contains("more than 'checkpoint.size' allows"))
    #expect(try await Invocation("checkpoints", "--json", in: folder.path).result["checkpoints"] == before)
  }

  @Test func checkpointsAreShownAndComparedWhileARunIsAtWork() async throws {
    let folder = try project()
    for text in ["two\n", "three\n"] {
      _ = await Invocation("checkpoints", "create", in: folder.path)
      try folder.write(text, to: "a.txt")
    }
    let lock = try ProjectLock(folder: folder.appending(".autonomy"), command: "autonomy run")
    for words in [["show", "c2"], ["diff", "c1", "c2"], ["list"]] {
      let invocation = await Invocation(words: ["checkpoints"] + words, in: folder.path)
      #expect(invocation.exitCode == 0 && !invocation.output.isEmpty, "\(words) \(invocation.errors)")
    }
    #expect(await Invocation("checkpoints", "diff", "c1", in: folder.path).exitCode == 8)
    withExtendedLifetime(lock) {}
  }

  @Test func gitTakesAStoreOfAnyProjectForWhole() async throws {
    let folder = try project()
    #expect(unsafe symlink("elsewhere", folder.appending(".gitmodules")) == 0)
    try folder.write("[submodule \"x\"]\n\tpath = ../x\n\turl = --upload-pack=x\n", to: "sub/.gitmodules")
    try folder.write("a\n", to: "sub/.gitattributes/file")
    _ = await Invocation("checkpoints", "create", in: folder.path)
    let git = try await Program.shell("git --git-dir=.autonomy/checkpoints fsck --strict", in: folder.path)
    #expect(git.exitCode == 0, "\(git.output.text)")
  }
}
