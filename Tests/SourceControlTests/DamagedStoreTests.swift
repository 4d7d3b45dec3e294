@unsafe @preconcurrency import Glibc
import SourceControl
import TestSupport
import Testing

/// A store of three snapshots, one pack of which is not as it was written.
@Suite struct DamagedStoreTests {
  private let project: TemporaryDirectory

  /// What happened to the pack.
  enum Damage: CaseIterable {
    case gone, cutOff, overwritten, withoutIndex
  }

  init() throws {
    project = try TemporaryDirectory()
    try project.write("*\n", to: ".autonomy/.gitignore")
    try project.write("the same\n", to: "same")
    let store = try open()
    for index in 0..<3 {
      let size = 2000 + index
      try project.write((0..<size).map { _ in UInt8.random(in: 0...255) }, to: "changing")
      _ = try store.snapshot(SnapshotLabel("\(index)"), state: [StateDocument(name: "s", bytes: [UInt8(index)])])
    }
  }

  private func open() throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: project.path + "/.autonomy/checkpoints")
  }

  private static let (first, second, third) = (SnapshotID(number: 1), SnapshotID(number: 2), SnapshotID(number: 3))

  /// Spoils the pack that holds a snapshot, and answers the file and what it was, where it can be mended.
  private func spoil(_ id: SnapshotID, _ damage: Damage) async throws {
    let pack = try await pack(of: id)
    switch damage {
    case .gone: unsafe unlink(pack + ".pack")
    case .withoutIndex: unsafe unlink(pack + ".idx")
    case .cutOff: unsafe truncate(pack + ".pack", 200)
    case .overwritten:
      unsafe chmod(pack + ".pack", 0o600)
      let descriptor = unsafe Glibc.open(pack + ".pack", O_RDWR)
      defer { close(descriptor) }
      var status = stat()
      unsafe fstat(descriptor, &status)
      var garbage = [UInt8](repeating: 0xAA, count: Int(status.st_size) - 60)
      _ = unsafe pwrite(descriptor, &garbage, garbage.count, 30)
    }
  }

  private func pack(of id: SnapshotID) async throws -> String {
    let repository = try await ScratchRepository(in: project)
    let commit = try await repository.store(["rev-parse", "refs/autonomy/checkpoints/\(id)"]).dropLast()
    let folder = project.appending(".autonomy/checkpoints/objects/pack")
    for name in StoreImage(of: project).packs {
      let path = "\(folder)/\(name.dropLast(".pack".count))"
      if try await repository.store(["verify-pack", "-v", path + ".idx"]).contains(commit) { return path }
    }
    throw SnapshotError.unknown("\(id)")
  }

  @Test(arguments: Damage.allCases) func namesWhatIsDamagedAndKeepsTheRest(_ damage: Damage) async throws {
    try await spoil(Self.second, damage)
    let folder = project.path + "/.autonomy/checkpoints"
    let before = try SnapshotStore.listing(in: folder)
    #expect(before.snapshots.map(\.id) == [Self.first, Self.third])
    #expect(before.damages.map(\.snapshot) == [Self.second])
    let store = try open()
    #expect(store.listing() == before)
    #expect(Set(try store.verify().compactMap(\.snapshot)) == [Self.second])
    let packs = StoreImage(of: project).packs
    for _ in 0..<2 {
      #expect {
        try store.prune(RetentionPolicy(count: 1))
      } throws: { error in
        if case SnapshotError.uncollectable = error { true } else { false }
      }
    }
    #expect(StoreImage(of: project).packs == packs)
    #expect(store.list().map(\.id).contains(Self.third))
  }

  @Test(arguments: Damage.allCases) func takesWholeSnapshotsAllTheSame(_ damage: Damage) async throws {
    try await spoil(Self.third, damage)
    let store = try open()
    if damage == .overwritten {
      // What the pack promises to have is not written again, and no snapshot is made of what cannot be read.
      #expect(throws: SnapshotError.self) { try store.snapshot(SnapshotLabel("Next")) }
    } else {
      #expect(try store.snapshot(SnapshotLabel("Next")).id.number == 4)
    }
    #expect(Set(try store.verify().compactMap(\.snapshot)) == [Self.third])
  }

  @Test(arguments: Damage.allCases) func givesUpWhatIsDamaged(_ damage: Damage) async throws {
    try await spoil(Self.second, damage)
    let store = try open()
    try store.drop(Set(store.verify().compactMap(\.snapshot)))
    try store.collectGarbage()
    #expect(store.listing().snapshots.map(\.id) == [Self.first, Self.third])
    #expect(store.listing().damages.isEmpty)
    #expect(try store.verify() == [])
  }

  @Test func losesNothingThatComesBack() async throws {
    let packs = StoreImage(of: project).packs
    let pack = try await pack(of: Self.first)
    unsafe rename(pack + ".idx", project.path + "/.autonomy/away")
    let store = try open()
    #expect(throws: SnapshotError.self) { try store.collectGarbage() }
    unsafe rename(project.path + "/.autonomy/away", pack + ".idx")
    #expect(StoreImage(of: project).packs == packs)
    #expect(try store.verify() == [])
  }

  @Test func mendsAPackWhoseObjectsAreThereAgain() async throws {
    try await spoil(Self.third, .overwritten)
    let store = try open()
    try store.drop(Set(store.verify().compactMap(\.snapshot)))
    try store.collectGarbage(mending: true)
    let next = try store.snapshot(SnapshotLabel("Next"))
    #expect(try store.verify() == [])
    #expect(try store.paths(in: next) == ["changing", "same"])
  }

  @Test func aFileWhoseOnlyCopyIsDamagedIsMovedAwayAndComesBack() async throws {
    let content = project.bytes(of: "changing")
    // The file is the first in its pack.
    let pack = try await pack(of: Self.third) + ".pack"
    unsafe chmod(pack, 0o600)
    let descriptor = unsafe Glibc.open(pack, O_RDWR)
    defer { close(descriptor) }
    var garbage = [UInt8](repeating: 0xAA, count: 5)
    _ = unsafe pwrite(descriptor, &garbage, garbage.count, 500)
    let store = try open()
    let proposal = try store.proposeRestore(to: store.snapshot(Self.first), label: SnapshotLabel("Safety"))
    let plan = proposal.plan()
    try store.stage(plan)
    #expect(try store.apply(plan).rescued.map(\.path) == ["changing"])
    #expect(project.bytes(of: "changing") != content)
    let undoing = try store.proposeRestore(to: proposal.present, label: SnapshotLabel("Safety"), undoing: plan)
    let back = undoing.plan()
    try store.stage(back)
    _ = try store.apply(back)
    #expect(project.bytes(of: "changing") == content)
    // Where nothing was moved away, the error says what cannot be read.
    unsafe unlink(project.appending("changing"))
    let third = try store.proposeRestore(to: proposal.present, label: SnapshotLabel("Safety")).plan()
    #expect {
      try store.stage(third)
    } throws: { error in
      "\(error)".contains("'changing' in \(proposal.present.id) cannot be read")
    }
  }
}
