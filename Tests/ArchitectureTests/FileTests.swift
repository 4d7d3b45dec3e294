import Testing

@Suite struct FileTests {
  @Test func noFileIsLongerThan400Lines() throws {
    for file in try PackageFolder.swiftFiles() {
      let lines = try PackageFolder.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(lines <= 400, "\(file) has \(lines) lines; split it by topic.")
    }
  }

  @Test func everyTargetHasAFolderAndEveryFolderATarget() throws {
    let declared = Set(try Manifest().dependencies.keys)
    let folders = Set(
      try (PackageFolder.files(in: "Sources") + PackageFolder.files(in: "Tests"))
        .compactMap { $0.split(separator: "/").first.map(String.init) }
    )
    #expect(folders.subtracting(["Fixtures"]) == declared)
  }
}
