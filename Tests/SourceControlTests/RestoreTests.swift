@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

@Suite struct RestoreTests {
  private let project: TemporaryDirectory

  init() throws {
    project = try TemporaryDirectory()
    try project.write("*\n", to: ".autonomy/.gitignore")
    try project.write("one\n", to: "a")
    try project.write("two\n", to: "src/b")
    try project.write("#!/bin/sh\n", to: "run.sh", mode: 0o755)
    unsafe symlink("a", project.path + "/link")
  }

  private func open() throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: project.path + "/.autonomy/checkpoints")
  }

  /// Takes the project back to `target` and answers what that did.
  private func restore(
    _ store: SnapshotStore,
    to target: SourceControl.Snapshot
  ) throws -> (RestoreProposal, RestoreReport) {
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Before the rollback"))
    let plan = proposal.plan()
    try store.stage(plan)
    return (proposal, try store.apply(plan))
  }

  @Test func bringsBackWhatChanged() throws {
    let store = try open()
    let before = FolderImage(of: project.path)
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("uno\n", to: "a")
    try project.write("new\n", to: "src/deep/new")
    unsafe unlink(project.path + "/src/b")
    unsafe unlink(project.path + "/link")
    unsafe symlink("src", project.path + "/link")
    unsafe chmod(project.path + "/run.sh", 0o700)
    let changed = FolderImage(of: project.path)
    let (proposal, report) = try restore(store, to: target)
    #expect(FolderImage(of: project.path) == before)
    #expect(report.isExact)
    #expect(report.rescued == [])
    #expect(proposal.changes.map(\.path) == ["a", "link", "src/b", "src/deep/new"])
    #expect(try restore(store, to: proposal.present).1.isExact)
    #expect(FolderImage(of: project.path) == changed)
    #expect(project.names() == [".autonomy", "a", "link", "run.sh", "src"])
    #expect(StoreImage(of: project).leftovers == [])
  }

  @Test func aProposalIsListedWhenItIsBegunAndNotBefore() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("uno\n", to: "a")
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"), isListed: false)
    #expect(store.list() == [target])
    try store.enlist(proposal)
    #expect(store.list() == [target, proposal.present])
    try store.enlist(proposal)
    let plan = proposal.plan()
    try store.stage(plan)
    #expect(try store.apply(plan).isExact)
    #expect(try store.verify() == [])
    try store.discard(proposal)
    try store.discard(proposal)
    #expect(store.list() == [target])
  }

  @Test func leavesWhatDoesNotDifferAlone() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    let before = FileStamp(of: project.appending("src/b"))
    try project.write("uno\n", to: "a")
    _ = try restore(store, to: target)
    #expect(FileStamp(of: project.appending("src/b")) == before)
    #expect(project.text(of: "a") == "one\n")
  }

  @Test func doesNothingWhereNothingDiffers() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    let (proposal, report) = try restore(store, to: target)
    #expect(proposal.isEmpty)
    #expect(report.restored == [])
  }

  @Test func bringsBackPermissionsAndEmptyFolders() throws {
    try project.write("secret", to: "secret", mode: 0o600)
    unsafe mkdir(project.path + "/empty", 0o755)
    unsafe mkdir(project.path + "/private", 0o700)
    unsafe chmod(project.path + "/private", 0o700)
    let store = try open()
    let before = FolderImage(of: project.path)
    let target = try store.snapshot(SnapshotLabel("One"))
    unsafe chmod(project.path + "/secret", 0o644)
    unsafe rmdir(project.path + "/empty")
    unsafe rmdir(project.path + "/private")
    unsafe mkdir(project.path + "/other", 0o755)
    unsafe chmod(project.path + "/src", 0o750)
    let (_, report) = try restore(store, to: target)
    #expect(FolderImage(of: project.path) == before)
    #expect(report.isExact)
  }

  @Test func turnsFilesIntoFoldersAndBack() throws {
    let store = try open()
    let before = FolderImage(of: project.path)
    let target = try store.snapshot(SnapshotLabel("One"))
    for path in ["a", "src/b", "link"] { unsafe unlink(project.appending(path)) }
    unsafe rmdir(project.path + "/src")
    try project.write("x", to: "a/deep/file")
    try project.write("x", to: "link/file")
    try project.write("x", to: "src")
    let changed = FolderImage(of: project.path)
    let (proposal, _) = try restore(store, to: target)
    #expect(FolderImage(of: project.path) == before)
    _ = try restore(store, to: proposal.present)
    #expect(FolderImage(of: project.path) == changed)
  }

  @Test func reportsWhatTheUserChanged() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("by the program\n", to: "a")
    let last = try store.snapshot(SnapshotLabel("Two"))
    try project.write("by the program too\n", to: "src/b")
    try project.write("by the user\n", to: "run.sh", mode: 0o755)
    try project.write("by the user\n", to: "new")
    let left = try ObjectID(blob: Array("by the program too\n".utf8))
    let proposal = try store.proposeRestore(
      to: target,
      label: SnapshotLabel("Safety"),
      expected: ExpectedFiles(base: last, changed: ["src/b": left])
    )
    #expect(proposal.conflicts == ["new", "run.sh"])
    let plan = proposal.plan(keeping: Set(proposal.conflicts))
    try store.stage(plan)
    let report = try store.apply(plan)
    #expect(!report.isExact)
    #expect(
      ["a", "src/b", "run.sh", "new"].map { project.text(of: $0) } == [
        "one\n", "two\n", "by the user\n", "by the user\n",
      ]
    )
  }

  @Test(arguments: [0o700, 0o500] as [mode_t])
  func keepsAFoldersPermissionsAndBringsBackWhatIsInIt(_ mode: mode_t) throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("changed\n", to: "src/b")
    unsafe chmod(project.appending("src"), mode)
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"))
    let plan = proposal.plan(keeping: ["src"])
    try store.stage(plan)
    #expect(try store.apply(plan).isExact)
    #expect(project.text(of: "src/b") == "two\n")
    var status = stat()
    #expect(unsafe lstat(project.appending("src"), &status) == 0 && status.st_mode & 0o7777 == mode)
  }

  @Test func bringsBackSomePathsAlone() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    for path in ["a", "src/b", "new"] { try project.write("changed", to: path) }
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"), paths: ["a", "new"])
    try store.stage(proposal.plan())
    _ = try store.apply(proposal.plan())
    #expect(["a", "src/b", "new"].map { project.text(of: $0) } == ["one\n", "changed", nil])
  }

  @Test func deletesNothingThatTheTargetIgnores() throws {
    try project.write("build/\n*.log\n", to: ".gitignore")
    for path in ["build/out", "x.log"] { try project.write("ignored", to: path) }
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("nothing\n", to: ".gitignore")
    try project.write("uno\n", to: "a")
    let (proposal, report) = try restore(store, to: target)
    #expect(proposal.ignored == ["build/out", "x.log"])
    #expect(report.isExact)
    #expect(["a", ".gitignore"].map { project.text(of: $0) } == ["one\n", "build/\n*.log\n"])
    #expect(["build/out", "x.log"].map { project.text(of: $0) } == ["ignored", "ignored"])
  }

  @Test func savesIgnoredFilesThatAreInTheWay() throws {
    try project.write("old log\n", to: "x.log")
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("*.log\n", to: ".gitignore")
    try project.write("new log\n", to: "x.log")
    let last = try store.snapshot(SnapshotLabel("Two"))
    let proposal = try store.proposeRestore(
      to: target,
      label: SnapshotLabel("Safety"),
      expected: ExpectedFiles(base: last)
    )
    #expect(proposal.conflicts == ["x.log"])
    try store.stage(proposal.plan())
    #expect(try store.apply(proposal.plan()).isExact)
    #expect(project.text(of: "x.log") == "old log\n")
    _ = try restore(store, to: proposal.present)
    #expect(project.text(of: "x.log") == "new log\n")
  }

  @Test func rescuesWhatComesAtTheLastMoment() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("changed\n", to: "a")
    try project.write("new\n", to: "new")
    let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
    try store.stage(plan)
    try project.write("saved late\n", to: "a")
    try project.write("saved later\n", to: "new")
    let report = try store.apply(plan)
    #expect(project.text(of: "a") == "one\n")
    #expect(project.text(of: "new") == nil)
    #expect(report.rescued.map(\.path) == ["new", "a"])
    let kept = report.rescued.map { project.text(of: ".autonomy/checkpoints/" + $0.place) }
    #expect(kept == ["saved later\n", "saved late\n"])
  }

  @Test func followsNoLinkThatTookAFoldersPlace() throws {
    let outside = try TemporaryDirectory()
    try outside.write("theirs\n", to: "b")
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("changed\n", to: "src/b")
    let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
    try store.stage(plan)
    unsafe rename(project.path + "/src", project.path + "/moved")
    unsafe symlink(outside.path, project.path + "/src")
    _ = try store.apply(plan)
    #expect(outside.text(of: "b") == "theirs\n")
    #expect(project.text(of: "src/b") == "two\n")
    #expect(project.text(of: "moved/b") == "changed\n")
  }

  @Test func refusesAPlanWhoseContentsAreGone() throws {
    let store = try open()
    let target = try store.snapshot(SnapshotLabel("One"))
    try project.write("changed\n", to: "a")
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"))
    for name in try #require(StoreImage(of: project).packs.first.map { [$0] }) {
      unsafe unlink(project.appending(".autonomy/checkpoints/objects/pack/\(name)"))
    }
    #expect(throws: (any Error).self) { try open().stage(proposal.plan()) }
    #expect(project.text(of: "a") == "changed\n")
  }
}
