import Embedded
import Testing

/// The lists of embedded files are written by hand, so a file that was forgotten shows here.
@Suite struct EmbeddedTests {
  @Test(arguments: [
    ("migrations", embedded_migrations), ("prompts", embedded_prompts), ("demo", embedded_demo),
    ("routing", embedded_routing),
  ])
  func theBinaryCarriesEveryFileOfTheFolder(folder: String, list: embedded_list) throws {
    var carried: [String: [UInt8]] = [:]
    for index in 0..<embedded_count(list) {
      let file = unsafe embedded_at(list, index)
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.size)
      carried[unsafe String(cString: file.path)] = unsafe Array(bytes)
    }
    let files = try PackageFolder.files(in: folder)
    #expect(carried.keys.sorted() == files, "List every file of '\(folder)' in Sources/Embedded/embedded.c.")
    for file in files {
      #expect(try carried[file] == PackageFolder.bytes("\(folder)/\(file)"), "\(folder)/\(file)")
    }
  }
}
