import SourceControl
import Testing

/// Databases in the field hold what a migration did, so one that was released never changes again.
@Suite struct MigrationTests {
  /// The Git blob ids of the migrations that are settled; `scripts/new-migration.sh` adds the last one.
  static let settled: [(file: String, id: String)] = [
    // In the order of their numbers.
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
