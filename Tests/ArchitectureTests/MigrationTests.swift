import SourceControl
import Testing

/// Databases in the field hold what a migration did, so one that was released never changes again.
@Suite struct MigrationTests {
  /// The Git blob ids of the migrations that are settled; `scripts/new-migration.sh` adds the last one.
  static let settled: [(file: String, id: String)] = [
    // In the order of their numbers.
    ("0001_initial.sql", "c37e078b96ce69db6426568aae3fa2d42021b71d"),
    ("0002_rollback.sql", "0adb656ce30f211483fde199a9ff5886ae4f5e61"),
    ("0003_conversation.sql", "40d11777b9b100c954fb8501de9797cfd897eb87"),
    ("0004_record_defaults.sql", "2bcee4d944dbb304dafc5c6362e621c6c0cbfd86"),
    ("0005_record.sql", "116c171f6f57a79dba6206a692d75a451bf60ad4"),
  ]

  @Test func migrationsAreNumberedWithoutGaps() throws {
    let files = try PackageFolder.files(in: "migrations")
    let numbers = files.map { Int($0.prefix(4)) }
    #expect(numbers == (1...max(1, files.count)).prefix(files.count).map(Optional.some))
    for file in files {
      #expect(file.hasSuffix(".sql") && file.dropFirst(4).hasPrefix("_"), "'\(file)' is not named NNNN_name.sql.")
    }
  }

  @Test func allButTheNewestMigrationAreSettled() throws {
    let settled = Self.settled.map(\.file)
    #expect(try PackageFolder.files(in: "migrations").dropLast().filter { !settled.contains($0) } == [])
  }

  @Test(arguments: settled)
  func aSettledMigrationIsUnchanged(file: String, id: String) throws {
    let found = try ObjectID(blob: PackageFolder.bytes("migrations/\(file)"))
    #expect(found.description == id, "Restore '\(file)', and make a new migration.")
  }
}
