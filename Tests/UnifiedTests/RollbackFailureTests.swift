@unsafe @preconcurrency import Glibc
import JSON
import Persistence
import Pipeline
import SourceControl
import TestSupport
import Testing

@testable import Unified

/// Rollbacks that cannot be carried out, by this process or by the next.
@Suite struct RollbackFailureTests {
  private let folder: TemporaryDirectory
  private let configuration = Configuration()

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write("one\n", to: "a")
  }

  private var desk: CheckpointDesk {
    CheckpointDesk(project: folder.path, configuration: configuration, command: "test")
  }

  /// Begins a rollback of 'a' and 'b' to their first content, which dies at the commit of that number.
  private func dieInRollback(at point: Int) async throws {
    let target = try await desk.use { try await $0.create("target") }
    try folder.write("two\n", to: "a")
    try folder.write("two\n", to: "b")
    let commits = InterruptionTests.Counter()
    let manager = try StateManager(path: StateFolder(ofProject: folder.path).database)
    let store = CheckpointStore(
      project: folder.path,
      store: DisturbedStore(store: manager) { if commits.next() > point { throw InterruptionTests.Gone() } },
      settings: CheckpointSettings(),
      executor: QueueExecutor(label: "test")
    )
    await #expect(throws: InterruptionTests.Gone.self) {
      try await store.rollBack(to: .checkpoint(target.id), .overwrite)
    }
  }

  /// Removes what the store has, as a disk that breaks does.
  private func loseObjects() {
    let packs = folder.appending(".autonomy/checkpoints/objects/pack")
    for name in TemporaryDirectory.names(in: packs) { unsafe unlink("\(packs)/\(name)") }
  }

  @Test func oneThatCannotGoOnIsTakenBack() async throws {
    try await dieInRollback(at: 1)
    // The rollback was written down and carried out; at its end the program died. Its target is lost since.
    #expect(folder.text(of: "a") == "one\n")
    let target = try #require(try await pending()?.target)
    let repository = try await ScratchRepository(in: folder)
    _ = try await repository.git([
      "--git-dir=.autonomy/checkpoints", "update-ref", "-d", "refs/autonomy/checkpoints/\(target)",
    ])
    let ending = try await InterruptedRollback(project: folder.path).finish(environment: [:])
    guard case .takenBack(let reason) = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(reason.contains("'\(target)'") && reason.contains("everything is as it was"), "\(reason)")
    #expect(folder.text(of: "a") == "two\n")
    #expect(folder.text(of: "b") == "two\n")
    #expect(try await pending() == nil)
    #expect(try await desk.use { try await $0.create("next") }.kind == .manual)
  }

  @Test func oneThatIsCarriedToItsEndNamesWhatItMovedOutOfTheWay() async throws {
    try await dieInRollback(at: 1)
    try folder.write("mine\n", to: "a")
    let ending = try await InterruptedRollback(project: folder.path).finish(environment: [:])
    guard case .completed(let rescued) = ending, let rescue = rescued.first else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(rescued.count == 1 && rescue.hasPrefix("a → .autonomy/checkpoints/rescued/"), "\(rescued)")
    #expect(folder.text(of: String(rescue.dropFirst("a → ".count))) == "mine\n")
    #expect(folder.text(of: "a") == "one\n")
  }

  private func pending() async throws -> RollbackRecord? {
    try await StateManager(path: StateFolder(ofProject: folder.path).database).pendingRollback()
  }

  /// Takes the task's changes back up to the commit that would end it.
  private func dieWhenItIsBroughtBack(_ task: TaskRecord, in project: TestProject, _ manager: StateManager) async throws
  {
    let commits = InterruptionTests.Counter()
    let store = CheckpointStore(
      project: project.folder.path,
      store: DisturbedStore(store: manager) { if commits.next() > 1 { throw InterruptionTests.Gone() } },
      settings: CheckpointSettings(),
      executor: QueueExecutor(label: "test")
    )
    await #expect(throws: InterruptionTests.Gone.self) {
      try await store.restore(task, to: try #require(task.firstCheckpoint))
    }
  }

  /// A replay of the run comes to the same event, whoever carried it to its end.
  @Test func oneOfARunIsTheTasksAlsoWhereTheNextCarriesItToItsEnd() async throws {
    let project = try TestProject()
    let hasty = TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "bad\n"), TestProject.finish])
    _ = try await project.run([hasty], settings: RunSettings(limits: RunLimits(steps: 2)))
    let task = try #require(try await project.state().tasks.first)
    let manager = try StateManager(path: StateFolder(ofProject: project.folder.path).database)
    try await dieWhenItIsBroughtBack(task, in: project, manager)
    _ = try await InterruptedRollback(project: project.folder.path).finish(environment: [:])
    let restored = try await manager.events(of: [.checkpointRestored]).compactMap { stored in
      if case .checkpointRestored(let event) = stored.event { event } else { nil }
    }
    #expect(restored.map(\.task) == [task.id])
  }

  @Test func oneThatCanNeitherGoOnNorBackSaysWhatToDo() async throws {
    try await dieInRollback(at: 1)
    loseObjects()
    let refusal = await #expect(throws: RunRefusal.self) {
      try await InterruptedRollback(project: folder.path).finish(environment: [:])
    }
    #expect(refusal?.outcome == .environment)
    let text = refusal?.description ?? ""
    #expect(text.contains("'\(folder.path)'") && text.contains("half done"), "\(text)")
    #expect(folder.text(of: "a") == "one\n")
    #expect(try await pending() != nil)
  }
}
