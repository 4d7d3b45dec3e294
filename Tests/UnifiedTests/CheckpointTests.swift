import JSON
import Persistence
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Checkpoints of whole runs, and the ways back to them.
@Suite struct CheckpointTests {
  @Test func aRunGoesOnFromTheMiddleAfterARollback() async throws {
    let project = try await TwoTaskProject.completed()
    let done = try await project.desk().use { try await $0.rollBack(to: .task(TaskID(number: 2)), .refuse) }
    #expect(done.restored == ["b.txt"])
    #expect(project.folder.text(of: "b.txt") == nil)
    #expect(project.folder.text(of: "a.txt") == "a\n")
    #expect(try await project.state().tasks.map(\.status) == [.done, .pending])
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.message.contains("2 tasks"))
    #expect(project.folder.text(of: "b.txt") == "b\n")
    #expect(try await project.state().counters[TaskID(number: 2)]?.attemptsDrawn == 2)
  }

  @Test func aRollbackIsTakenBackExactly() async throws {
    let project = try await TwoTaskProject.completed()
    let before = try await project.state().projection
    let names = project.folder.names()
    let first = try await project.desk().use { try await $0.list().first { $0.label["Step"] != nil } }
    let target = try #require(first)
    _ = try await project.desk().use { try await $0.rollBack(to: .checkpoint(target.id), .refuse) }
    #expect(project.folder.text(of: "a.txt") == nil)
    #expect(try await project.state().tasks.map(\.status) == [.pending, .pending])
    _ = try await project.desk().use { try await $0.rollBack(to: .undo, .refuse) }
    #expect(project.folder.names() == names)
    #expect(project.folder.text(of: "b.txt") == "b\n")
    #expect(try await project.state().projection == before)
  }

  @Test func whatTheUserChangedSinceIsNotOverwrittenUnasked() async throws {
    let project = try await TwoTaskProject.completed()
    try project.folder.write("better\n", to: "b.txt")
    try project.folder.write("other\n", to: "mine.txt")
    let first = try #require(try await project.state().tasks[1].firstCheckpoint)
    let target = RollbackTarget.checkpoint(first)
    let refusal = await #expect(throws: RunRefusal.self) {
      try await project.desk().use { _ = try await $0.rollBack(to: target, .refuse) }
    }
    #expect(refusal?.outcome == .conflict)
    #expect(refusal?.description.contains("'b.txt'") == true && refusal?.description.contains("'mine.txt'") == true)
    #expect(project.folder.text(of: "b.txt") == "better\n")
    let kept = try await project.desk().use { try await $0.rollBack(to: target, .keep) }
    #expect(kept.kept == ["b.txt", "mine.txt"])
    #expect(project.folder.text(of: "b.txt") == "better\n")
    let forced = try await project.desk().use { try await $0.rollBack(to: target, .overwrite) }
    #expect(forced.restored == ["b.txt", "mine.txt"])
    #expect(project.folder.text(of: "b.txt") == nil)
    #expect(project.folder.text(of: "mine.txt") == "the user's\n")
  }

  @Test func theUsersRepositoryIsNeverTouched() async throws {
    let project = try TestProject(TwoTaskProject.files)
    let folder = project.folder
    let repository = try await ScratchRepository(in: folder)
    let author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    try await repository.git(["add", "-A"])
    try await repository.git(author + ["commit", "-qm", "begin"])
    try folder.write("stashed\n", to: "mine.txt")
    try await repository.git(author + ["stash", "-q"])
    try folder.write("staged\n", to: "staged.txt")
    try await repository.git(["add", "staged.txt"])
    try folder.write("*.log\n", to: ".gitignore")
    try folder.write("ignored\n", to: "x.log")
    let before = try await metadata(of: folder)
    _ = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    _ = try await project.desk().use { try await $0.rollBack(to: .task(TaskID(number: 1)), .refuse) }
    _ = try await project.desk().use { try await $0.rollBack(to: .undo, .refuse) }
    #expect(try await metadata(of: folder) == before)
    #expect(folder.text(of: "x.log") == "ignored\n")
    #expect(folder.text(of: "staged.txt") == "staged\n")
  }

  /// Every file of the user's repository, with its sum.
  private func metadata(of folder: TemporaryDirectory) async throws -> String {
    let request = ProcessRequest(
      arguments: ["/bin/sh", "-c", "find .git | sort; find .git -type f -print0 | sort -z | xargs -0 sha1sum"],
      directory: folder.path,
      environment: ["PATH": "/usr/bin:/bin"],
      timeLimit: .seconds(10)
    )
    return try await ProcessRunner().run(request).output.text
  }

  @Test func whatAFailedTaskLeftIsTakenBack() async throws {
    let project = try TestProject(TwoTaskProject.files.merging(["a.txt": "old\n"]) { $1 })
    try await TwoTaskProject.fail(project)
    #expect(project.folder.text(of: "a.txt") == "old\n")
    #expect(project.folder.text(of: "new.txt") == nil)
    let restored = project.sink.events.compactMap { stored -> CheckpointRestoredEvent? in
      if case .checkpointRestored(let event) = stored.event { event } else { nil }
    }
    #expect(restored.map(\.restored) == [["a.txt", "new.txt"]])
    #expect(restored.first?.withState == false)
  }

  @Test func whatAFailedTaskLeftStaysIfTheUserSaysSo() async throws {
    let project = try TestProject(TwoTaskProject.files)
    try await TwoTaskProject.fail(project, ["checkpoint.keep_failed=true"])
    #expect(project.folder.text(of: "a.txt") == "worse\n")
  }

  @Test func whatChecksCreateIsInNoCheckpoint() async throws {
    var files = TwoTaskProject.files
    files["test.sh"] = "echo made >by-product.txt\n" + (files["test.sh"] ?? "")
    let project = try TestProject(files)
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    let all = try await CheckpointDesk.list(project: project.folder.path).snapshots
    let difference = try await CheckpointReader.read(project: project.folder.path, orThrow: CancellationError()) {
      try $0.difference(all[0].id, all[all.count - 1].id)
    }
    #expect(difference.changes.map(\.path) == ["a.txt", "b.txt"])
    _ = try await project.desk().use { try await $0.rollBack(to: .task(TaskID(number: 1)), .refuse) }
    #expect(project.folder.text(of: "by-product.txt") == "made\n")
    // To before it was known, and back: it is nobody's change then either.
    _ = try await project.desk().use { try await $0.rollBack(to: .checkpoint(SnapshotID(number: 1)), .refuse) }
    _ = try await project.desk().use { try await $0.rollBack(to: .undo, .refuse) }
    #expect(project.folder.text(of: "by-product.txt") == "made\n")
  }

  @Test func aRollbackThatDiesIsCarriedToItsEndByWhoComesNext() async throws {
    // The commit that begins it, and the one that ends it.
    for point in 0...2 {
      let project = try await TwoTaskProject.completed()
      let folder = StateFolder(ofProject: project.folder.path)
      let commits = InterruptionTests.Counter()
      do {
        let manager = try StateManager(path: folder.database)
        let store = CheckpointStore(
          project: project.folder.path,
          store: DisturbedStore(store: manager) { if commits.next() > point { throw InterruptionTests.Gone() } },
          settings: CheckpointSettings(),
          executor: QueueExecutor(label: "test")
        )
        _ = try? await store.rollBack(to: .task(TaskID(number: 2)), .refuse)
      }
      let ending = try await InterruptedRollback(project: project.folder.path).finish(environment: [:])
      #expect(ending == (point == 1 ? .completed(rescued: []) : nil), "\(point)")
      let isBack = point > 0
      #expect((project.folder.text(of: "b.txt") == nil) == isBack, "\(point)")
      let statuses = try await project.state().tasks.map(\.status)
      #expect(statuses == [.done, isBack ? .pending : .done], "\(point)")
      let verification = try await project.desk().use { try await $0.verify() }
      #expect(verification.damages == [] && verification.lost == [])
    }
  }

  @Test func aCheckpointThatWasTakenBeforeADeathIsToldOfByWhoTakesItAgain() async throws {
    let project = try TestProject()
    let folder = StateFolder(ofProject: project.folder.path)
    try folder.make()
    let manager = try StateManager(path: folder.database)
    func store(_ state: any StateStore) -> CheckpointStore {
      CheckpointStore(
        project: project.folder.path,
        store: state,
        settings: CheckpointSettings(),
        executor: QueueExecutor(label: "test")
      )
    }
    let merge = CheckpointMoment(.merge(TaskID(number: 1)))
    do {
      let dying = store(DisturbedStore(store: manager) { throw InterruptionTests.Gone() })
      _ = try? await dying.capture(merge)
    }
    let next = store(manager)
    // Nothing has changed, so that it is the same checkpoint under its old name.
    try await next.capture(CheckpointMoment(.run(RunID(number: 1))))
    #expect(try await manager.events(of: [.checkpointCreated]).isEmpty)
    try await next.capture(merge)
    try await next.capture(merge)
    #expect(try await manager.events(of: [.checkpointCreated]).count == 1)
  }

  @Test func aProjectThatCannotBeReadStopsAStep() async throws {
    let store = CheckpointStore(
      project: "/nonexistent",
      store: InMemoryStateStore(),
      settings: CheckpointSettings(),
      executor: QueueExecutor(label: "test")
    )
    await #expect(throws: StepStop.self) { try await store.capture(CheckpointMoment(.user("None"))) }
  }

  @Test func aRunKeepsNoMoreThanItShould() async throws {
    let project = try TestProject(TwoTaskProject.files)
    let result = try await project.run(TwoTaskProject.rules, wellBehaved: false, overrides: ["checkpoint.count=2"])
    #expect(result.outcome == .complete, "\(result.message)")
    // The two newest, and what the run began with, from which it can be replayed.
    let kept = try await CheckpointDesk.list(project: project.folder.path).snapshots
    #expect(kept.count == 3 && kept[0].label.message == "r1 starts")
  }

  @Test func retentionLooksAgainWhenThereAreManyMore() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("*\n", to: ".autonomy/.gitignore")
    var settings = CheckpointSettings()
    settings.count = 4
    let store = CheckpointStore(
      project: folder.path,
      store: InMemoryStateStore(),
      settings: settings,
      executor: QueueExecutor(label: "test")
    )
    try await store.prune()
    var counts: [Int] = []
    for index in 0..<20 {
      try folder.write("\(index)", to: "a")
      try await store.capture(CheckpointMoment(.done(TaskID(number: 1))))
      counts.append(try await store.list().count)
    }
    #expect(counts.max() == 11)
    #expect(counts.count { $0 == 4 } == 3)
  }
}
