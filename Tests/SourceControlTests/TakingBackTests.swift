@unsafe @preconcurrency import Glibc
import SourceControl
import Synchronization
import TestSupport
import Testing

/// Rollbacks that fail in the middle: what they did is taken back.
@Suite struct TakingBackTests {
  /// The reason of the failures here.
  private struct Failure: Error {}

  @Test func aRollbackThatFailsAtAnyStepIsTakenBackWholly() throws {
    var failures = 0
    for number in 0..<(try CrashScenario.countSteps(of: .rollback)) {
      let scenario = try CrashScenario()
      try scenario.prepare()
      let present = FolderImage(of: scenario.project.path)
      let count = Mutex<Int?>(nil)
      let store = try SnapshotStore(root: scenario.project.path, folder: CrashWork.folder(scenario.project.path)) { _ in
        let isIt = count.withLock { count in
          count = count.map { $0 + 1 }
          return count == number + 1
        }
        if isIt { throw Failure() }
      }
      let target = try #require(store.list().first)
      let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
      try store.stage(plan)
      count.withLock { $0 = 0 }
      do {
        _ = try store.apply(plan)
      } catch is Failure {
        failures += 1
        count.withLock { $0 = nil }
        try store.takeBack(plan)
        #expect(FolderImage(of: scenario.project.path).differences(from: present) == [], "step \(number)")
        #expect(StoreImage(of: scenario.project).leftovers == [], "step \(number)")
        #expect(try store.verify() == [])
      }
    }
    #expect(failures > 10)
  }

  @Test func whatSomebodySavedMeanwhileStays() throws {
    let scenario = try CrashScenario()
    try scenario.prepare()
    let project = scenario.project
    let isFailing = Mutex(false)
    let store = try SnapshotStore(root: project.path, folder: CrashWork.folder(project.path)) { step in
      if "\(step)" == "restore.settled", isFailing.withLock({ $0 }) { throw Failure() }
    }
    let target = try #require(store.list().first)
    let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
    try store.stage(plan)
    isFailing.withLock { $0 = true }
    #expect(throws: Failure.self) { try store.apply(plan) }
    isFailing.withLock { $0 = false }
    try project.write("saved late\n", to: "src/gone")
    try store.takeBack(plan)
    #expect(project.text(of: "src/gone") == "saved late\n")
    #expect(project.text(of: "a") == "second\n")
    #expect(project.text(of: "turns/into") == "inside\n")
  }

  @Test func aFolderThatSomebodyMadeInPlaceOfAFileStays() throws {
    let project = try TemporaryDirectory()
    try project.write("*\n", to: ".autonomy/.gitignore")
    try project.write("one\n", to: "a")
    unsafe chmod(project.appending("a"), 0o755)
    let isFailing = Mutex(false)
    let store = try SnapshotStore(root: project.path, folder: project.path + "/.autonomy/checkpoints") { step in
      if "\(step)" == "restore.settled", isFailing.withLock({ $0 }) { throw Failure() }
    }
    let target = try store.snapshot(SnapshotLabel("Target"))
    try project.write("two\n", to: "a")
    let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
    try store.stage(plan)
    isFailing.withLock { $0 = true }
    #expect(throws: Failure.self) { try store.apply(plan) }
    isFailing.withLock { $0 = false }
    unsafe unlink(project.appending("a"))
    project.makeFolder("a")
    unsafe chmod(project.appending("a"), 0o755)
    try store.takeBack(plan)
    var status = stat()
    #expect(unsafe lstat(project.appending("a"), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
  }
}
