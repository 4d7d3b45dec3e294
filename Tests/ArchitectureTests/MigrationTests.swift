import Testing

@Suite struct MigrationTests {
  @Test func migrationsAreNumberedWithoutGaps() throws {
    let files = try PackageFolder.files(in: "migrations")
    let numbers = files.map { Int($0.prefix(4)) }
    #expect(numbers == (1...max(1, files.count)).prefix(files.count).map(Optional.some))
    for file in files {
      #expect(file.hasSuffix(".sql") && file.dropFirst(4).hasPrefix("_"), "'\(file)' is not named NNNN_name.sql.")
    }
  }
}
