import Testing

/// The README of the package.
struct Readme {
  /// What stands between the markers of the command reference.
  let reference: String

  init(testFile: String = #filePath) throws {
    let parts = testFile.split(separator: "/").dropLast(3)
    let text = try #require(contentsOfFile("/\(parts.joined(separator: "/"))/README.md"))
    let begin = "<!-- command reference: begin -->\n"
    let start = try #require(text.firstRange(of: begin)).upperBound
    let end = try #require(text.firstRange(of: "<!-- command reference: end -->")).lowerBound
    reference = String(text[start..<end])
  }
}
