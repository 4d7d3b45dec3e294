@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// What a store learns of the files stays on disk for the next process, which must never believe too much of it.
@Suite struct WalkCacheTests {
  private let project: TemporaryDirectory
  private var cache: String { project.appending(".autonomy/checkpoints/walk.cache") }

  init() throws {
    project = try TemporaryDirectory()
    try project.write("*\n", to: ".autonomy/.gitignore")
    try project.write("*.o\n", to: ".gitignore")
    for index in 0..<40 { try project.write("file \(index)\n", to: "src\(index % 4)/\(index)") }
  }

  private func open() throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: project.path + "/.autonomy/checkpoints")
  }

  /// The tree that a walk finds which knows nothing.
  private func expected() throws -> ObjectID {
    var walker = FileWalker(root: project.path)
    return try walker.walk().id
  }

  @Test func isNotWrittenWhereNothingChanged() throws {
    let first = try open().snapshotOfSettledFiles(in: project)
    let stamp = FileStamp(of: cache)
    #expect(try open().snapshot(SnapshotLabel("Two")) == first)
    #expect(FileStamp(of: cache) == stamp)
  }

  @Test func seesWhatChangedBetweenProcesses() throws {
    for round in 0..<12 {
      try project.write("changed \(round)\n", to: "src\(round % 4)/\(round)")
      if round % 3 == 0 { try project.write("new\n", to: "src\(round % 4)/deep/new\(round)") }
      if round % 3 == 1 { unsafe unlink(project.appending("src\(round % 4)/\(round + 20)")) }
      if round == 5 { try project.write("1*\n", to: ".gitignore") }
      if round == 7 { try project.write("src2/\n", to: "src3/.gitignore") }
      #expect(try open().snapshot(SnapshotLabel("Round")).files == expected(), "round \(round)")
    }
    #expect(try open().verify() == [])
  }

  @Test func staysSmallOverManyProcesses() throws {
    for index in 0..<100 { try project.write("", to: "many/\(index)") }
    var sizes: [Int] = []
    for round in 0..<24 {
      try project.write("changed \(round)\n", to: "many/0")
      _ = try open().snapshot(SnapshotLabel("Round"))
      sizes.append(try #require(project.bytes(of: ".autonomy/checkpoints/walk.cache")).count)
    }
    #expect(try #require(sizes.max()) < sizes[0] + 25_000)
    // It is written anew now and then, not each time.
    #expect(zip(sizes, sizes.dropFirst()).count { $0 > $1 } < 12)
  }

  @Test func judgesAnewWhenRulesOutsideChanged() throws {
    _ = try open().snapshot(SnapshotLabel("One"))
    try project.write("src1\n", to: ".git/info/exclude")
    #expect(try open().snapshot(SnapshotLabel("Two")).figures.files == 31)
  }

  @Test func survivesAnyDamage() throws {
    _ = try open().snapshot(SnapshotLabel("One"))
    try project.write("changed\n", to: "src0/0")
    let files = try open().snapshot(SnapshotLabel("Two")).files
    let bytes = try #require(project.bytes(of: ".autonomy/checkpoints/walk.cache"))
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      try project.write(Array(bytes[..<count]), to: ".autonomy/checkpoints/walk.cache", mode: 0o600)
      #expect(try open().snapshot(SnapshotLabel("Cut"), kind: .manual).files == files)
      var flipped = bytes
      flipped[count] ^= 0x55
      try project.write(flipped, to: ".autonomy/checkpoints/walk.cache", mode: 0o600)
      #expect(try open().snapshot(SnapshotLabel("Flipped"), kind: .manual).files == files)
    }
    #expect(try open().verify() == [])
  }

  @Test func believesInNoObjectThatIsGone() throws {
    _ = try open().snapshot(SnapshotLabel("One"))
    for name in StoreImage(of: project).packs {
      unsafe unlink(project.appending(".autonomy/checkpoints/objects/pack/\(name)"))
    }
    unsafe unlink(project.appending(".autonomy/checkpoints/packed-refs"))
    let store = try open()
    _ = try store.snapshot(SnapshotLabel("Two"))
    #expect(try store.verify() == [])
  }

  @Test func isKeptAliveWithTheSnapshotsGone() throws {
    let store = try open()
    let first = try store.snapshot(SnapshotLabel("One"))
    try project.write("other\n", to: "src0/0")
    _ = try store.snapshot(SnapshotLabel("Two"))
    let plan = try store.proposeRestore(to: first, label: SnapshotLabel("Safety")).plan()
    try store.stage(plan)
    _ = try store.apply(plan)
    // The files are the first snapshot's, which is dropped.
    #expect(try store.prune(RetentionPolicy(count: 1)) == [first.id])
    _ = try store.snapshot(SnapshotLabel("Again"))
    #expect(try store.verify() == [])
  }
}
