@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// Every kind of repository that a project may lie in: captured byte for byte, taken back, and left alone itself.
@Suite struct SnapshotMatrixTests {
  /// What a repository is made to look like before the snapshot.
  enum Situation: String, CaseIterable {
    case noGit, unborn, committed, stagedAndStashed, detached, worktree, submodule, nested, nestedUnborn
    case sparse, splitIndex, untrackedCache, lineEndings, pointers
  }

  @Test(arguments: Situation.allCases)
  func capturesAndRestoresWithoutTouchingGit(situation: Situation) async throws {
    let repository = try await ScratchRepository(in: TemporaryDirectory(in: "/dev/shm"))
    let project = try await prepare(situation, repository)
    try repository.folder.write("*\n", to: project + ".autonomy/.gitignore")
    let root = repository.folder.path + "/" + project
    let store = try SnapshotStore(root: root, folder: root + ".autonomy/checkpoints")
    let before = FolderImage(of: root)
    let git = GitImage(of: repository.folder.path)
    let target = try store.snapshot(SnapshotLabel("Target"))
    let captured = try store.paths(in: target)
    #expect(captured.contains("file") && captured.contains("sub/file"))
    for path in ["file", "sub/file", "new"] { try repository.folder.write("changed\r\n", to: project + path) }
    unsafe unlink(root + "exec")
    let changed = FolderImage(of: root)
    let proposal = try store.proposeRestore(to: target, label: SnapshotLabel("Safety"))
    try store.stage(proposal.plan())
    #expect(try store.apply(proposal.plan()).isExact)
    #expect(FolderImage(of: root).differences(from: before) == [])
    let undo = try store.proposeRestore(to: proposal.present, label: SnapshotLabel("Undo"), undoing: proposal.plan())
    try store.stage(undo.plan())
    _ = try store.apply(undo.plan())
    #expect(FolderImage(of: root).differences(from: changed) == [])
    #expect(GitImage(of: repository.folder.path).differences(from: git) == [])
    #expect(try store.verify() == [])
  }

  /// Makes the situation, and answers the project's path in the folder, with a slash if there is one.
  private func prepare(_ situation: Situation, _ repository: ScratchRepository) async throws -> String {
    let folder = repository.folder
    func write(_ project: String = "") throws {
      try folder.write("one\r\ntwo\n", to: project + "file")
      try folder.write("one\n", to: project + "sub/file")
      try folder.write("#!/bin/sh\n", to: project + "exec", mode: 0o755)
      try folder.write("read only\n", to: project + "secret", mode: 0o400)
    }
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    func commit() async throws {
      try await repository.git(["add", "--all"])
      try await repository.git(identity + ["commit", "--quiet", "--message=Commit"])
    }
    try write()
    switch situation {
    case .noGit:
      _ = try await repository.git(["rev-parse"])
      unsafe rename(folder.path + "/.git", folder.path + "/.autonomy-test-away")
      return ""
    case .unborn: return ""
    case .committed: try await commit()
    case .stagedAndStashed:
      try await commit()
      try folder.write("stashed\n", to: "file")
      try await repository.git(identity + ["stash", "push", "--quiet"])
      try folder.write("staged\n", to: "file")
      try await repository.git(["add", "file"])
      try folder.write("neither\n", to: "file")
    case .detached:
      try await commit()
      try await repository.git(["checkout", "--quiet", "--detach"])
    case .worktree:
      try await commit()
      try await repository.git(["worktree", "add", "--quiet", "tree"])
      return "tree/"
    case .submodule:
      try await commit()
      let url = folder.path
      try await repository.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "module"])
      try folder.write("changed in the module\n", to: "module/file")
    case .nested, .nestedUnborn:
      try await repository.git(["init", "--quiet", "inner"])
      try folder.write("inner\n", to: "inner/file")
      if situation == .nested {
        try await repository.git(["-C", "inner", "add", "--all"])
        try await repository.git(["-C", "inner"] + identity + ["commit", "--quiet", "--message=Inner"])
      }
    case .sparse:
      try folder.write("far\n", to: "far/away")
      try await commit()
      try await repository.git(["sparse-checkout", "set", "sub"])
    case .splitIndex:
      try await commit()
      try await repository.git(["update-index", "--split-index"])
    case .untrackedCache:
      try await commit()
      try await repository.git(["update-index", "--untracked-cache", "--index-version", "4"])
    case .lineEndings:
      try folder.write("* text=auto eol=crlf\n*.x ident\n", to: ".gitattributes")
      try await repository.git(["config", "core.autocrlf", "true"])
      try folder.write("$Id$\n", to: "a.x")
    case .pointers:
      try folder.write("*.bin filter=lfs diff=lfs -text\n", to: ".gitattributes")
      try folder.write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", to: "a.bin")
      try await repository.git(["config", "filter.lfs.clean", "false"])
      try await repository.git(["config", "filter.lfs.required", "true"])
    }
    return ""
  }

  @Test func reportsAFullDiskAndChangesNothing() async throws {
    let project = try TemporaryDirectory(in: "/dev/shm")
    try project.write("*\n", to: ".autonomy/.gitignore")
    let store = project.path + "/.autonomy/checkpoints"
    for index in 0..<30 { try project.write(FullDisk.content(index), to: "file\(index)") }
    _ = try SnapshotStore(root: project.path, folder: store).snapshot(SnapshotLabel("Target"))
    for index in 0..<30 { try project.write("small \(index)", to: "file\(index)") }
    let before = FolderImage(of: project.path)
    // No file may become larger than this, wherever the writer is then.
    for limit in [0, 10, 100, 700, 1500, 2900, 3100, 5000, 20_000, 60_000] {
      await #expect(processExitsWith: .success) { [path = project.path as String, limit = limit as Int] in
        try FullDisk.expectRefusal(in: path, limit: limit)
      }
      #expect(FolderImage(of: project.path).differences(from: before) == [], "\(limit)")
      let next = try SnapshotStore(root: project.path, folder: store)
      #expect(try next.verify() == [], "\(limit)")
      #expect(StoreImage(of: project).leftovers == [], "\(limit)")
    }
  }
}

/// A process that cannot write large files, as on a full disk.
enum FullDisk {
  static func content(_ index: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: UInt64(index))
    return (0..<3000).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Tries a snapshot and a rollback; each succeeds wholly or is refused as for a full disk, and neither applies.
  static func expectRefusal(in project: String, limit: Int) throws {
    signal(SIGXFSZ, SIG_IGN)
    let store = try SnapshotStore(root: project, folder: project + "/.autonomy/checkpoints")
    let target = try #require(store.list().first)
    let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
    var size = rlimit(rlim_cur: rlim_t(limit), rlim_max: rlim_t(limit))
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &size)
    for work in [
      {
        _ = try store.snapshot(
          SnapshotLabel("Full"),
          state: [StateDocument(name: "s", bytes: content(99))],
          kind: .manual
        )
      },
      { try store.stage(plan) },
    ] {
      do {
        try work()
      } catch SnapshotError.refused(_, _, let isDiskFull) {
        #expect(isDiskFull)
      } catch {
        Issue.record(error)
      }
    }
  }
}

/// Every byte of the user's own repository, nested ones' and worktrees' among it.
struct GitImage {
  private let image: FolderImage

  init(of folder: String) {
    image = FolderImage(of: folder, including: ".git")
  }

  func differences(from other: GitImage) -> [String] { image.differences(from: other.image) }
}
