@unsafe @preconcurrency import Glibc
import SourceControl
import Synchronization
import TestSupport
import Testing

@Suite struct RetentionTests {
  private let repository: ScratchRepository
  private var project: TemporaryDirectory { repository.folder }

  init() async throws {
    repository = try await ScratchRepository(in: TemporaryDirectory())
    try project.write("*\n", to: ".autonomy/.gitignore")
    for index in 0..<20 { try project.write("file \(index)\n", to: "src/\(index)") }
  }

  private func open() throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: project.path + "/.autonomy/checkpoints")
  }

  /// Takes snapshots of one change each.
  private func take(_ count: Int, in store: SnapshotStore, kind: SnapshotKind = .automatic) throws {
    for _ in 0..<count {
      let size = Int.random(in: 3000...5000)
      try project.write((0..<size).map { _ in UInt8.random(in: 0...255) }, to: "src/changing")
      _ = try store.snapshot(SnapshotLabel("Step"), state: [StateDocument(name: "s", bytes: [1])], kind: kind)
    }
  }

  @Test func keepsAsManyAsItShould() async throws {
    let store = try open()
    try take(3, in: store, kind: .manual)
    try take(30, in: store)
    let size = try store.size()
    let dropped = try store.prune(RetentionPolicy(count: 10), pinned: [SnapshotID(number: 5)])
    // Those taken on demand do not count.
    #expect(dropped.count == 19)
    #expect(store.list().map(\.id.number) == [1, 2, 3, 5] + Array(24...33))
    #expect(try store.size() < size - 19 * 3000)
    #expect(StoreImage(of: project).packs.count <= 20)
    #expect(try store.verify() == [])
    #expect(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "")
    try take(1, in: store)
    #expect(store.list().last?.id.number == 34)
    #expect(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "")
  }

  @Test func keepsTheStoreAsSmallAsItShould() throws {
    let store = try open()
    try take(30, in: store)
    try store.prune(RetentionPolicy(size: 60_000))
    #expect(try store.size() < 60_000)
    #expect(store.list().count < 30)
    #expect(try store.verify() == [])
  }

  @Test func dropsWhatIsOld() throws {
    let store = try open()
    try take(3, in: store)
    #expect(try store.prune(RetentionPolicy(age: 1000)) == [])
    #expect(try store.prune(RetentionPolicy(age: -1)).map(\.number) == [1, 2])
  }

  @Test func makesOnePackOfMany() throws {
    let store = try open()
    try take(25, in: store)
    let list = store.list()
    #expect(StoreImage(of: project).packs.count == 25)
    try store.collectGarbage()
    #expect(StoreImage(of: project).packs.count < 15)
    #expect(store.list() == list)
    #expect(try store.verify() == [])
  }

  @Test func collectsWhatGitPackedDifferently() async throws {
    let store = try open()
    try take(5, in: store)
    _ = try await repository.store(["repack", "-a", "-d", "-f", "--quiet"])
    try store.prune(RetentionPolicy(count: 1))
    #expect(store.list().count == 1)
    #expect(try store.verify() == [])
    #expect(try await repository.store(["fsck", "--full", "--strict", "--no-dangling"]) == "")
  }

  @Test func tellsWhatIsDamaged() throws {
    try take(2, in: open())
    let pack = project.appending(
      ".autonomy/checkpoints/objects/pack/\(try #require(StoreImage(of: project).packs.min()))"
    )
    unsafe chmod(pack, 0o600)
    let descriptor = unsafe Glibc.open(pack, O_RDWR)
    defer { close(descriptor) }
    var status = stat()
    unsafe fstat(descriptor, &status)
    var garbage = [UInt8](repeating: 0xAA, count: Int(status.st_size) - 60)
    _ = unsafe pwrite(descriptor, &garbage, garbage.count, 30)
    let damages = try open().verify()
    #expect(!damages.isEmpty)
  }

  @Test func aStoreThatIsNotKeptWaitsForNoDiskAfterACollectionEither() throws {
    let steps = Mutex<Set<String>>([])
    let folder = project.appending(".autonomy/checkpoints")
    let store = try SnapshotStore(root: project.path, folder: folder, isKept: false) { step in
      steps.withLock { _ = $0.insert("\(step)") }
    }
    try take(30, in: store)
    try store.prune(RetentionPolicy(count: 3))
    steps.withLock { $0 = [] }
    try take(1, in: store, kind: .manual)
    let taken = steps.withLock { $0 }
    #expect(taken.contains("pack.publish") && !taken.contains("folder.sync"), "\(taken)")
  }
}
