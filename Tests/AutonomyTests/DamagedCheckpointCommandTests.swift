@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// What the commands for checkpoints say where the store is damaged, or a rollback half done.
@Suite struct DamagedCheckpointCommandTests {
  private static let packs = ".autonomy/checkpoints/objects/pack"

  private func project() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try folder.write("one\n", to: "a.txt")
    return folder
  }

  /// A project with two checkpoints, 'c1' of which a rollback is on its way back to.
  private func halfDoneRollback() async throws -> TemporaryDirectory {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    try folder.write("two\n", to: "a.txt")
    _ = await Invocation("rollback", "c1", "--force", in: folder.path)
    let store = try StateManager(path: StateFolder(ofProject: folder.path).database)
    var record = try #require(try await store.lastRollback())
    record.number += 1
    try await store.commit([.rollbackBegun(record)], [])
    return folder
  }

  private func loseObjects(in folder: TemporaryDirectory, but kept: Set<String> = []) {
    let packs = folder.appending(Self.packs)
    for name in TemporaryDirectory.names(in: packs) where !kept.contains(name) {
      _ = unsafe unlink("\(packs)/\(name)")
    }
  }

  @Test func whatOnlyReadsReadsBesideAHalfDoneRollback() async throws {
    let folder = try await halfDoneRollback()
    loseObjects(in: folder)
    for words in [["status"], ["log"], ["tasks"], ["checkpoints"]] {
      let invocation = await Invocation(words: words, in: folder.path)
      #expect(invocation.exitCode == 0, "\(words)")
      #expect(invocation.errors.contains("is half done"), "\(words) \(invocation.errors)")
    }
    let doctor = await Invocation("doctor", in: folder.path)
    #expect(doctor.output.contains("is half done"))
    let other = await Invocation("checkpoints", "create", in: folder.path)
    #expect(other.exitCode == 7 && other.errors.contains("'\(folder.path)'"))
  }

  @Test func whatARecoveryMovesOutOfTheWayIsNamed() async throws {
    let folder = try await halfDoneRollback()
    try folder.write("mine\n", to: "a.txt")
    let log = await Invocation("log", in: folder.path)
    #expect(log.errors.contains("carried to its end. Moved out of the way: a.txt → .autonomy/"), "\(log.errors)")
    #expect(log.output.contains("; moved out of the way: a.txt → .autonomy/checkpoints/rescued/"), "\(log.output)")
  }

  @Test func damagedCheckpointsAreMarkedNamedAndGivenUp() async throws {
    let folder = try project()
    for text in ["two\n", "three\n"] {
      try folder.write(text, to: "a.txt")
      _ = await Invocation("checkpoints", "create", in: folder.path)
    }
    let sound = Set(TemporaryDirectory.names(in: folder.appending(Self.packs)))
    try folder.write("four\n", to: "a.txt")
    _ = await Invocation("checkpoints", "create", in: folder.path)
    loseObjects(in: folder, but: sound)
    let listed = await Invocation("checkpoints", in: folder.path)
    #expect(listed.exitCode == 0 && listed.output.contains("c1") && listed.output.contains("c3"))
    #expect(listed.output.contains("is missing"), "\(listed.output)")
    let verified = await Invocation("checkpoints", "verify", in: folder.path)
    #expect(verified.exitCode == 7 && verified.output.contains("c3: the object"), "\(verified.output)")
    #expect(verified.output.contains("1 checkpoint of 3 damaged, the rest is whole"))
    let result = try await Invocation("checkpoints", "verify", "--json", in: folder.path).result
    #expect(result["damaged"] == ["c3"] && result["exit_code"] == 7, "\(result)")
    let collected = await Invocation("checkpoints", "gc", in: folder.path)
    #expect(collected.exitCode == 7 && collected.output.contains("nothing was freed"))
    let dropped = try await Invocation("checkpoints", "gc", "--drop-damaged", "--json", in: folder.path).result
    #expect(dropped["dropped"] == ["c3"])
    #expect(await Invocation("checkpoints", "verify", in: folder.path).exitCode == 0)
  }

  @Test func doesNotSpeakOfARestWhereAllAreDamaged() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    loseObjects(in: folder)
    let verified = await Invocation("checkpoints", "verify", in: folder.path)
    #expect(verified.output.contains("1 checkpoint of 1 damaged. 'autonomy"), "\(verified.output)")
  }

  @Test func saysWhichFileCannotBeCompared() async throws {
    let folder = try project()
    let line = (0..<200).map { "\($0) \($0 * 7919 % 1000)" }.joined(separator: "\n")
    for text in [line, line + "\nmore\n"] {
      try folder.write(text, to: "a.txt")
      _ = await Invocation("checkpoints", "create", in: folder.path)
    }
    for name in TemporaryDirectory.names(in: folder.appending(Self.packs)) where name.hasSuffix(".pack") {
      var bytes = try #require(folder.bytes(of: "\(Self.packs)/\(name)"))
      for place in 100..<140 { bytes[place] ^= 0xFF }
      unsafe chmod(folder.appending("\(Self.packs)/\(name)"), 0o600)
      try folder.write(bytes, to: "\(Self.packs)/\(name)")
    }
    for words in [["checkpoints", "diff", "c1", "c2"], ["rollback", "c1", "--preview"]] {
      let invocation = await Invocation(words: words, in: folder.path)
      #expect(invocation.exitCode == 7, "\(words)")
      #expect(invocation.errors.contains("is damaged: 'a.txt' cannot be read ("), "\(invocation.errors)")
      #expect(invocation.errors.contains("'autonomy checkpoints verify' tells"), "\(invocation.errors)")
    }
  }

  @Test func idsGoOnWhereTheStoreWasLost() async throws {
    let folder = try project()
    for _ in 0..<3 { _ = await Invocation("checkpoints", "create", in: folder.path) }
    TemporaryDirectory.remove(folder.appending(".autonomy/checkpoints"))
    let verified = await Invocation("checkpoints", "verify", in: folder.path)
    #expect(verified.exitCode == 7 && verified.output.contains("'c1', 'c2', 'c3'"), "\(verified.output)")
    let created = try await Invocation("checkpoints", "create", "--json", in: folder.path).result
    #expect(created["id"] == "c4")
    let later = try await Invocation("checkpoints", "verify", "--json", in: folder.path).result
    #expect(later["lost"] == ["c1", "c2", "c3"] && later["exit_code"] == 0)
  }

  /// A project with three checkpoints of three files, each in a pack of its own; the oldest pack comes first.
  private func threeCheckpoints() async throws -> (folder: TemporaryDirectory, packs: [String]) {
    let folder = try TemporaryDirectory()
    for name in ["a.txt", "b.txt", "c.txt"] { try folder.write("\(name) as it was\n", to: name) }
    var packs: [String] = []
    for text in ["one\n", "two\n", "three\n"] {
      try folder.write(text, to: "a.txt")
      _ = await Invocation("checkpoints", "create", in: folder.path)
      let names = TemporaryDirectory.names(in: folder.appending(Self.packs)).filter { $0.hasSuffix(".pack") }
      packs += names.filter { !packs.contains("\(Self.packs)/\($0)") }.map { "\(Self.packs)/\($0)" }
    }
    return (folder, packs)
  }

  @Test func aPackThatIsCutOffIsGivenUp() async throws {
    let (folder, packs) = try await threeCheckpoints()
    #expect(unsafe chmod(folder.appending(packs[0]), 0o600) == 0)
    #expect(unsafe truncate(folder.appending(packs[0]), 100) == 0)
    // It stores again what that pack had.
    _ = await Invocation("checkpoints", "create", in: folder.path)
    let collected = await Invocation("checkpoints", "gc", "--drop-damaged", in: folder.path)
    #expect(collected.exitCode == 0, "\(collected.output)")
    #expect(folder.bytes(of: packs[0]) == nil)
    #expect(await Invocation("checkpoints", "verify", in: folder.path).exitCode == 0)
    let git = try await Program.shell("git --git-dir=.autonomy/checkpoints fsck --strict", in: folder.path)
    #expect(git.exitCode == 0, "\(git.output.text)")
  }

  @Test func verifyReadsWhatTheNextCheckpointIsToBeBuiltOn() async throws {
    let (folder, packs) = try await threeCheckpoints()
    try folder.write("four\n", to: "a.txt")
    // It stores what is there, in no checkpoint.
    _ = await Invocation("checkpoints", "diff", "c1", in: folder.path)
    let names = TemporaryDirectory.names(in: folder.appending(Self.packs)).filter { $0.hasSuffix(".pack") }
    let name = try #require(names.map { "\(Self.packs)/\($0)" }.first { !packs.contains($0) })
    var bytes = try #require(folder.bytes(of: name))
    for place in 12..<(bytes.count - 20) { bytes[place] ^= 0x55 }
    #expect(unsafe chmod(folder.appending(name), 0o600) == 0)
    try folder.write(bytes, to: name)
    let verified = await Invocation("checkpoints", "verify", in: folder.path)
    #expect(
      verified.exitCode == 7 && verified.output.contains("✗ the files as they were seen last:"),
      "\(verified.output)"
    )
    #expect(verified.output.contains("3 checkpoints, all whole, but the next one would not be"), "\(verified.output)")
    let refused = await Invocation("checkpoints", "create", in: folder.path)
    #expect(refused.exitCode == 7 && refused.errors.contains("'autonomy checkpoints verify'"), "\(refused.errors)")
    let collected = await Invocation("checkpoints", "gc", "--drop-damaged", in: folder.path)
    #expect(collected.exitCode == 0 && collected.output.contains("No checkpoint is too old"), "\(collected.output)")
    #expect(await Invocation("checkpoints", "create", in: folder.path).exitCode == 0)
    #expect(await Invocation("checkpoints", "verify", in: folder.path).exitCode == 0)
  }

  @Test func aStoreOfWhichAllWasGivenUpWasNotRemoved() async throws {
    let (folder, packs) = try await threeCheckpoints()
    for pack in packs {
      #expect(unsafe chmod(folder.appending(pack), 0o600) == 0)
      #expect(unsafe truncate(folder.appending(pack), 0) == 0)
    }
    _ = await Invocation("checkpoints", "gc", "--drop-damaged", in: folder.path)
    let verified = await Invocation("checkpoints", "verify", in: folder.path)
    #expect(verified.exitCode == 0 && verified.output.contains("They were given up"), "\(verified.output)")
  }

  @Test func anyCommandRemovesWhatAKilledRollbackHadPutReady() async throws {
    let folder = try project()
    _ = await Invocation("checkpoints", "create", in: folder.path)
    try folder.write("one\n", to: ".autonomy/checkpoints/restore/plan-0")
    #expect(await Invocation("status", in: folder.path).exitCode == 0)
    #expect(TemporaryDirectory.names(in: folder.appending(".autonomy/checkpoints/restore")) == [])
  }
}
