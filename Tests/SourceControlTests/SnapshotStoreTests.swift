@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

@Suite struct SnapshotStoreTests {
  private let project: TemporaryDirectory

  init() throws {
    project = try TemporaryDirectory()
    try project.write("int main;\n", to: "src/main.c")
    try project.write("#!/bin/sh\n", to: "test.sh", mode: 0o755)
    unsafe symlink("src/nowhere", project.path + "/link")
  }

  private func open(limits: SnapshotLimits = SnapshotLimits(), isKept: Bool = true) throws -> SnapshotStore {
    try project.write("*\n", to: ".autonomy/.gitignore")
    let folder = project.path + "/.autonomy/checkpoints"
    return try SnapshotStore(root: project.path, folder: folder, limits: limits, isKept: isKept)
  }

  @Test func keepsWhatGitCanRead() async throws {
    let repository = try await ScratchRepository(in: project)
    let state = [StateDocument(name: "tasks", bytes: [1, 2]), StateDocument(name: "manifest", bytes: [])]
    let snapshot = try open().snapshot(SnapshotLabel("Before step 1"), state: state)
    #expect(try await snapshot.files.description == repository.treeID())
    #expect(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "")
    let commit = "refs/autonomy/checkpoints/\(snapshot.id)"
    #expect(try await repository.store(["rev-parse", commit]) == "\(snapshot.commit)\n")
    #expect(try await repository.store(["show", "\(commit):files/src/main.c"]) == "int main;\n")
    let names = try await repository.store(["ls-tree", "-r", "--name-only", commit])
    #expect(names == "files/link\nfiles/src/main.c\nfiles/test.sh\nmeta\nstate/manifest\nstate/tasks\n")
  }

  @Test func leadsGitToTheNewest() async throws {
    let repository = try await ScratchRepository(in: project)
    try project.write("ref: refs/heads/none\n", to: ".autonomy/checkpoints/HEAD")
    let store = try open()
    _ = try store.snapshot(SnapshotLabel("One"), kind: .manual)
    let second = try store.snapshot(SnapshotLabel("Two"), kind: .manual)
    #expect(try await repository.store(["log", "--format=%H %s"]) == "\(second.commit) Two\n")
    #expect(try await repository.store(["fsck", "--full", "--strict"]) == "")
    try store.drop([second.id])
    #expect(try await repository.store(["log", "--format=%s"]) == "One\n")
    try store.collectGarbage()
    #expect(try store.size() > 0)
    #expect(try await repository.store(["rev-list", "--all", "--count"]) == "1\n")
  }

  @Test func takesNoneForFilesAloneWhereTheLastHasThem() throws {
    let store = try open()
    func take(_ state: UInt8) throws -> SnapshotID {
      let state = [StateDocument(name: "state", bytes: [state])]
      return try store.snapshot(SnapshotLabel("Again"), state: state, filesAlone: true).id
    }
    let first = try take(1)
    #expect(try take(2) == first)
    try project.write("int main();\n", to: "src/main.c")
    let second = try take(2)
    #expect(second > first)
    // Permissions are of the files, too.
    unsafe chmod(project.appending("src/main.c"), 0o600)
    #expect(try take(2) > second)
    #expect(try store.snapshot(SnapshotLabel("Of the state"), state: []).id > second)
  }

  @Test func countsWhatWasStoredBetweenSnapshots() throws {
    let store = try open()
    let first = try store.snapshot(SnapshotLabel("One"))
    try project.write((0..<300_000).map { _ in UInt8.random(in: 0...255) }, to: "large")
    #expect(try store.changesSince(first).count == 1)
    #expect(try store.snapshot(SnapshotLabel("Two")).figures.stored > 300_000)
    #expect(try store.snapshot(SnapshotLabel("Three"), kind: .manual).figures.stored < 300_000)
  }

  @Test func givesNoIdTwiceThatItsOwnerKnows() throws {
    let store = try open()
    store.known = SnapshotID(number: 7)
    #expect(try store.snapshot(SnapshotLabel("One")).id == SnapshotID(number: 8))
    #expect(try store.snapshot(SnapshotLabel("Two"), kind: .manual).id == SnapshotID(number: 9))
  }

  @Test(arguments: [
    (["sec"], ["sec/a", "sec/deep/b.bin"]), (["sec/"], ["sec/a", "sec/deep/b.bin"]),
    (["*.bin"], ["other/c.bin", "sec/deep/b.bin", "top.bin"]), (["sec/*"], ["sec/a", "sec/deep/b.bin"]),
    (["sec/**/*.bin"], ["sec/deep/b.bin"]), (["sec/a", "nonexist"], ["sec/a"]), (["top.bin"], ["top.bin"]),
    (["b.bin"], []), (["top.bin/"], []), (["o?her/[a-d].bin"], ["other/c.bin"]),
  ])
  func takesInIgnoredFilesThatTheUserNames(_ named: [String], _ expected: [String]) throws {
    try project.write("sec\nother\n*.bin\n", to: ".gitignore")
    for path in ["sec/a", "sec/deep/b.bin", "other/c.bin", "other/d", "top.bin"] { try project.write("x", to: path) }
    let store = try open()
    let usual = Set(try store.paths(in: store.snapshot(SnapshotLabel("One"))))
    store.named = named
    let target = try store.snapshot(SnapshotLabel("Two"), kind: .manual)
    #expect(Set(try store.paths(in: target)).subtracting(usual).map(\.description).sorted() == expected)
    for path in expected { try project.write("changed", to: path) }
    let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
    try store.stage(plan)
    #expect(try store.apply(plan).isExact)
    #expect(expected.allSatisfy { project.text(of: $0) == "x" })
  }

  @Test func keepsLabelAndState() throws {
    let label = SnapshotLabel("Before step 1\n\nIt writes: much.", trailers: [.init("Step", "1"), .init("Task", "t1")])
    let state = [StateDocument(name: "a", bytes: Array("x\0".utf8)), StateDocument(name: "b", bytes: [])]
    let taken = try open().snapshot(label, state: state, kind: .manual)
    let store = try open()
    #expect(store.list() == [taken])
    #expect(taken.id.description == "c1")
    #expect(taken.label == label)
    #expect(taken.kind == .manual)
    #expect(taken.figures.files == 3)
    #expect(try store.state(of: taken) == state)
  }

  @Test func snapshotsThatAreNotKeptGoWithTheirStore() throws {
    do {
      let store = try open(isKept: false)
      let first = try store.snapshot(SnapshotLabel("One"))
      try project.write("int x;\n", to: "src/main.c")
      let second = try store.snapshot(SnapshotLabel("Two"))
      #expect(store.list() == [first, second])
      #expect(try store.changes(from: first, to: second).map(\.path.description) == ["src/main.c"])
    }
    #expect(try open().list().isEmpty)
  }

  @Test func writesNothingWhereNothingChanged() throws {
    let store = try open()
    let first = try store.snapshotOfSettledFiles(in: project)
    let before = contents(of: project.path + "/.autonomy")
    #expect(try store.snapshot(SnapshotLabel("Two")) == first)
    #expect(contents(of: project.path + "/.autonomy") == before)
    #expect(try store.snapshot(SnapshotLabel("Three"), kind: .manual).id.description == "c2")
  }

  private func contents(of folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var found: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      var status = stat()
      unsafe lstat("\(folder)/\(name)", &status)
      found.append("\(folder)/\(name) \(status.st_ino) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
      found += contents(of: "\(folder)/\(name)")
    }
    return found.sorted()
  }

  @Test func tellsWhatChanged() throws {
    let store = try open()
    let first = try store.snapshot(SnapshotLabel("One"))
    try project.write("int main;\nint more;\n", to: "src/main.c")
    unsafe unlink(project.path + "/link")
    try project.write("new\n", to: "new")
    let second = try store.snapshot(SnapshotLabel("Two"))
    #expect(second.figures.changes == 3)
    let changes = try store.changes(from: first, to: second)
    #expect(changes.map(\.path) == ["link", "new", "src/main.c"])
    #expect(changes.map { $0.before?.kind } == [.link, nil, .file])
    let patches = try changes.map { String(decoding: try store.patch($0), as: UTF8.self) }
    #expect(patches[0].contains("-src/nowhere"))
    #expect(patches[1].contains("+++ b/new\n@@ -0,0 +1 @@\n+new\n"))
    #expect(patches[2].contains(" int main;\n+int more;\n"))
    try project.write("newer\n", to: "new")
    #expect(try store.changesSince(second).map(\.path) == ["new"])
  }

  @Test func refusesASecondOwner() throws {
    let store = try open()
    #expect(throws: SnapshotError.locked(project.path + "/.autonomy/checkpoints")) { try open() }
    _ = try store.snapshot(SnapshotLabel("One"))
  }

  @Test func letsTheNextOwnerIn() throws {
    _ = try open().snapshot(SnapshotLabel("One"))
    #expect(try open().list().count == 1)
  }

  @Test(arguments: ["/", "HOME"])
  func refusesTheWholeMachine(place: String) throws {
    let home = unsafe getenv("HOME").map { unsafe String(cString: $0) } ?? "/"
    let root = place == "HOME" ? home : place
    #expect(throws: SnapshotError.self) {
      try SnapshotStore(root: root, folder: project.path + "/store")
    }
    #expect(project.bytes(of: "store/HEAD") == nil)
  }

  @Test func reportsWhatItLeavesOut() throws {
    try project.write([UInt8](repeating: 7, count: 1001), to: "large")
    unsafe mkfifo(project.path + "/pipe", 0o644)
    try project.write("x", to: "sub/.GIT/config")
    let store = try open(limits: SnapshotLimits(file: 1000))
    let snapshot = try store.snapshot(SnapshotLabel("One"))
    let skipped = try store.skipped(in: snapshot)
    #expect(skipped.map(\.path) == ["large", "pipe", "sub/.GIT"])
    #expect(skipped.map(\.reason) == ["large", "special", "reserved"])
    #expect(snapshot.figures.skipped == 3)
  }

  @Test func refusesMoreThanItMayTake() throws {
    let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
    for index in 0..<10 { try project.write(bytes + [UInt8(index)], to: "part\(index)") }
    let store = try open(limits: SnapshotLimits(total: 20_000))
    #expect(throws: SnapshotError.tooMuch(limit: 20_000)) { try store.snapshot(SnapshotLabel("One")) }
    #expect(store.list() == [])
  }

  @Test func keepsLargeFilesByteForByte() async throws {
    let repository = try await ScratchRepository(in: project)
    try project.write((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }, to: "large")
    let snapshot = try open().snapshot(SnapshotLabel("One"))
    #expect(try await snapshot.files.description == repository.treeID())
    #expect(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "")
  }

  @Test func capturesAProjectWithoutFiles() throws {
    let empty = try TemporaryDirectory()
    let store = try SnapshotStore(root: empty.path, folder: project.path + "/store")
    let snapshot = try store.snapshot(SnapshotLabel("Nothing"))
    #expect(snapshot.files == .emptyTree)
    #expect(store.list() == [snapshot])
  }
}

extension ScratchRepository {
  /// Runs Git on the project's store of snapshots.
  func store(_ arguments: [String]) async throws -> String {
    let folder = folder.path + "/.autonomy/checkpoints"
    return String(decoding: try await git(["--git-dir=\(folder)"] + arguments), as: UTF8.self)
  }
}
