@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// Files that no snapshot holds: a rollback deletes none of them, and what it moves comes back.
@Suite struct RescueTests {
  private let project: TemporaryDirectory

  init() throws {
    project = try TemporaryDirectory()
    try project.write("*\n", to: ".autonomy/.gitignore")
    try project.write("one\n", to: "a")
  }

  private func open() throws -> SnapshotStore {
    let folder = project.path + "/.autonomy/checkpoints"
    return try SnapshotStore(root: project.path, folder: folder, limits: SnapshotLimits(file: 1000))
  }

  private func restore(
    _ store: SnapshotStore,
    to target: SourceControl.Snapshot,
    undoing undone: RestorePlan? = nil
  ) throws -> (proposal: RestoreProposal, plan: RestorePlan, report: RestoreReport) {
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"), undoing: undone)
    let plan = proposal.plan()
    try store.stage(plan)
    return (proposal, plan, try store.apply(plan))
  }

  private static let large = String(repeating: "x", count: 1001)

  @Test func deletesNothingThatTheTargetCouldNotTakeIn() throws {
    try project.write(Self.large, to: "data.bin")
    try project.write(Self.large, to: "deep/data.bin")
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("Target"))
    for path in ["data.bin", "deep/data.bin"] { try project.write("tiny\n", to: path) }
    try project.write("new\n", to: "deep/new")
    _ = try restore(store, to: target)
    #expect(["data.bin", "deep/data.bin", "deep/new"].map { project.text(of: $0) } == ["tiny\n", "tiny\n", nil])
  }

  @Test func bringsBackAFileThatHadGrownTooLarge() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("Target"))
    try project.write(Self.large, to: "a")
    let done = try restore(store, to: target)
    #expect(project.text(of: "a") == "one\n")
    #expect(done.report.rescued.map(\.path) == ["a"])
    _ = try restore(store, to: done.proposal.present, undoing: done.plan)
    #expect(project.text(of: "a") == Self.large)
    #expect(FolderImage.names(in: Array(project.appending(".autonomy/checkpoints/rescued").utf8)).isEmpty)
  }

  @Test func bringsBackAPipeThatWasInTheWay() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("Target"))
    unsafe unlink(project.appending("a"))
    unsafe mkfifo(project.appending("a"), 0o600)
    let done = try restore(store, to: target)
    #expect(project.text(of: "a") == "one\n")
    _ = try restore(store, to: done.proposal.present, undoing: done.plan)
    var status = stat()
    #expect(unsafe lstat(project.appending("a"), &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
  }

  @Test func aSafetySnapshotSaysWhereHeadIs() throws {
    func label(_ head: String) -> SnapshotLabel { SnapshotLabel("\(head)", trailers: [.init("Head", head)]) }
    let store = try open()
    let target = try store.snapshot(label("one"))
    #expect(try store.proposeRestore(to: target, label: label("one")).present.id == target.id)
    #expect(try store.proposeRestore(to: target, label: label("two")).present.label["Head"] == "two")
  }
}
