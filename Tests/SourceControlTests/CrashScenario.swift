import FoundationEssentials
@unsafe @preconcurrency import Glibc
import SourceControl
import Synchronization
import TestSupport
import Testing

/// A project with a snapshot and changes after it, whose next command is killed.
struct CrashScenario {
  let project: TemporaryDirectory

  init() throws {
    // In memory: a killed process loses what it has not written either way, and nobody waits for a disk.
    project = try TemporaryDirectory(in: "/dev/shm")
  }

  /// Makes the project with as many snapshots, and answers what it was like at the first.
  @discardableResult
  func prepare(snapshots: Int = 1) throws -> FolderImage {
    try project.write("*\n", to: ".autonomy/.gitignore")
    for path in ["a", "src/gone", "turns"] { try project.write("first \(path)\n", to: path) }
    try project.write("private", to: "mode", mode: 0o600)
    let image = FolderImage(of: project.path)
    let store = try open()
    _ = try store.snapshot(SnapshotLabel("Target"))
    for index in 1..<max(2, snapshots) where snapshots > 1 {
      try project.write("\(index)", to: "changing")
      _ = try store.snapshot(SnapshotLabel("Step"))
    }
    try project.write("second\n", to: "a")
    unsafe unlink(project.appending("src/gone"))
    unsafe unlink(project.appending("turns"))
    try project.write("inside\n", to: "turns/into")
    try project.write("new\n", to: "new")
    unsafe chmod(project.appending("mode"), 0o644)
    return image
  }

  func open(pending: RestorePlan? = nil) throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: CrashWork.folder(project.path), pending: pending)
  }

  /// How many steps a piece of work has.
  static func countSteps(of work: CrashWork) throws -> Int {
    let scenario = try CrashScenario()
    try scenario.prepare(snapshots: work == .collection ? 24 : 1)
    let count = Mutex(0)
    try work.carryOut(in: scenario.project.path) { _ in count.withLock { $0 += 1 } }
    return count.withLock { $0 }
  }

  /// Does the work in a process that kills itself before the step of that number.
  func dies(at step: Int, of work: CrashWork) async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = project.path as String, step = step as Int, work = work as CrashWork] in
      let count = Mutex(0)
      try work.carryOut(in: path) { _ in
        let number = count.withLock { count in
          count += 1
          return count - 1
        }
        if number == step { kill(getpid(), SIGKILL) }
      }
    }
  }

  /// Lets Git look at the store.
  func expectSoundness() async throws {
    let repository = try await ScratchRepository(in: project)
    #expect(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "")
  }
}

/// What a command does with a store.
enum CrashWork: String, Codable {
  case snapshot
  case rollback
  case recovery
  case collection

  static func folder(_ project: String) -> String { project + "/.autonomy/checkpoints" }

  func carryOut(in project: String, step: @escaping StepObserver) throws {
    let pending = Self.pendingPlan(in: project)
    let store = try SnapshotStore(root: project, folder: Self.folder(project), pending: pending, step: step)
    switch self {
    case .snapshot:
      _ = try store.snapshot(SnapshotLabel("Killed"), kind: .manual)
    case .rollback:
      let target = try #require(store.list().first)
      let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"), isListed: false)
      try store.enlist(proposal)
      let plan = proposal.plan()
      try store.stage(plan)
      // The caller's database, whose commit is one step: a file under a passing name that is renamed.
      try step("intent")
      try JSONEncoder().encode(plan).write(to: Self.intent(in: project), options: .atomic)
      _ = try store.apply(plan)
      try step("completion")
    case .recovery:
      if let pending { _ = try store.apply(pending) }
      // Even a recovery with little left to do is killed.
      for _ in 0..<4 { try step("completion") }
    case .collection:
      try store.prune(RetentionPolicy(count: 5))
    }
  }

  /// The plan that a caller has promised to carry out.
  static func pendingPlan(in project: String) -> RestorePlan? {
    guard let data = try? Data(contentsOf: intent(in: project)) else { return nil }
    return try? JSONDecoder().decode(RestorePlan.self, from: data)
  }

  private static func intent(in project: String) -> URL { URL(filePath: project + "/.autonomy/intent") }
}
