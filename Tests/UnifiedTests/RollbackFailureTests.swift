@unsafe @preconcurrency import Glibc
import Persistence
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

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
