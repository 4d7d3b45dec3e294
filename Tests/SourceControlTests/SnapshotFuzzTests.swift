@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// Random projects, captured and taken back: what Git would store is the measure of a snapshot, and the bytes on disk
/// are that of a rollback.
@Suite struct SnapshotFuzzTests {
  /// `FUZZ_SEEDS` asks for more than the usual number.
  private static let seeds: Range<UInt64> = {
    let asked = unsafe getenv("FUZZ_SEEDS").flatMap { unsafe UInt64(String(cString: $0)) }
    return 0..<(asked ?? (TestEnvironment.wantsSlowTests ? 100 : 40))
  }()

  @Test(arguments: [0, 1])
  func capturesWhatGitWouldAndTakesItBack(remainder: UInt64) async throws {
    for seed in Self.seeds where seed % 2 == remainder { try await run(seed) }
  }

  /// Changes a copy of a snapshot at random, and makes it one of another.
  private func reset(
    _ copy: TemporaryDirectory,
    from store: SnapshotStore,
    to snapshot: SourceControl.Snapshot,
    _ seed: UInt64
  ) throws {
    var changed = RandomProject(in: copy, seed: seed + 1000)
    changed.change()
    if seed % 8 == 0 { unsafe link(copy.appending("a"), copy.appending("b")) }
    try store.reset(copy.path, to: snapshot) { copy.remove(at: $0.bytes) }
    let fresh = try TemporaryDirectory(in: "/dev/shm")
    try store.copy(snapshot, to: fresh.path)
    let differences = FolderImage(of: copy.path).differences(from: FolderImage(of: fresh.path))
    try #require(differences == [], "seed \(seed), made another's")
  }

  private func run(_ seed: UInt64) async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory(in: "/dev/shm"))
    let folder = repository.folder
    var project = RandomProject(in: folder, seed: seed)
    try folder.write("*\n", to: ".autonomy/.gitignore")
    var store = try SnapshotStore(root: folder.path, folder: folder.path + "/.autonomy/checkpoints")
    var taken: [(snapshot: SourceControl.Snapshot, image: FolderImage)] = []
    for round in 0..<3 {
      project.change()
      let snapshot = try store.snapshot(SnapshotLabel("Round \(round)"))
      try #require(try await snapshot.files.description == repository.treeID(), "seed \(seed), \(project.rules)")
      taken.append((snapshot, FolderImage(of: folder.path)))
    }
    // A new process knows only what is on disk.
    if seed % 2 == 0 {
      _ = consume store
      store = try SnapshotStore(root: folder.path, folder: folder.path + "/.autonomy/checkpoints")
    }
    let (target, image) = taken[Int(seed / 2 % 2)]
    let captured = try store.paths(in: target)
    let copy = try TemporaryDirectory(in: "/dev/shm")
    try store.copy(target, to: copy.path)
    let copied = FolderImage(of: copy.path).entries
    for path in captured {
      try #require(copied[path.bytes] == image.entries[path.bytes], "seed \(seed), copied \(path)")
    }
    let folders = copied.filter { $0.value.mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
    try #require(folders.allSatisfy { image.entries[$0.key] == $0.value }, "seed \(seed), folders")
    try #require(copied.count - folders.count == captured.count, "seed \(seed), more than was captured")
    try reset(copy, from: store, to: taken[2 - Int(seed / 4 % 3)].snapshot, seed)
    let before = FolderImage(of: folder.path)
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"))
    let plan = proposal.plan()
    try store.stage(plan)
    let report = try store.apply(plan)
    let after = FolderImage(of: folder.path)
    for path in captured {
      try #require(after.entries[path.bytes] == image.entries[path.bytes], "seed \(seed), \(path)")
    }
    // Ignored folders without a file may have stood in the way; no snapshot has them, so they cannot come back.
    let rescued = FolderImage(of: folder.path + "/.autonomy/checkpoints/rescued").entries.values
    try #require(rescued.allSatisfy { $0.mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }, "seed \(seed)")
    if !report.rescued.isEmpty { return }
    // Files may be left that were ignored and are not under the target's rules; nothing else.
    let known = Set(try store.paths(in: proposal.present))
    let wrong = report.differences.filter { $0.before != nil || known.contains($0.path) }
    try #require(wrong == [], "seed \(seed), \(project.rules)")
    let back = try store.proposeRestore(to: proposal.present, label: SnapshotLabel("Undo"), undoing: plan).plan()
    try store.stage(back)
    _ = try store.apply(back)
    try #require(FolderImage(of: folder.path).differences(from: before) == [], "seed \(seed), \(project.rules)")
    try #require(store.verify() == [], "seed \(seed)")
    if seed % 10 == 0 {
      try #require(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "", "seed \(seed)")
    }
  }
}
