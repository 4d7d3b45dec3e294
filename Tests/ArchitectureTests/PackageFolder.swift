import FoundationEssentials

/// The package's own folder, as far as tests of its shape read it.
enum PackageFolder {
  static let path = String(#filePath.dropLast("/Tests/ArchitectureTests/PackageFolder.swift".count))

  /// Reads a file of the package.
  static func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
  }

  /// Reads a file of the package as it is.
  static func bytes(_ file: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: "\(path)/\(file)")))
  }

  /// Lists the files below a folder of the package, relative to that folder; a folder that is not there has none.
  static func files(in folder: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: "\(path)/\(folder)") else { return [] }
    let all = try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)")
    return all.sorted().filter { file in
      var isDirectory = false
      return FileManager.default.fileExists(atPath: "\(path)/\(folder)/\(file)", isDirectory: &isDirectory)
        && !isDirectory
    }
  }

  /// Lists the Swift files of the package; the sample projects of the tests are not part of it.
  static func swiftFiles() throws -> [String] {
    try ["Sources", "Tests"].flatMap { folder in
      try files(in: folder).map { "\(folder)/\($0)" }
    }
    .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Tests/Fixtures/") }
  }
}
