import Pipeline
import TestSupport
import Testing

/// What the README shows is what the program does.
@Suite struct ReadmeTests {
  @Test func theConfigurationOfTheReadmeIsValid() throws {
    let example = try #require(try between("```json5\n", "```"))
    let project = try TemporaryDirectory()
    try project.write(String(example), to: "autonomy.json")
    let configuration = try Configuration.load(project: project.path, environment: [:])
    #expect(configuration.servers.map(\.name) == ["big", "small"])
  }

  /// The part of the README between two texts.
  private func between(_ start: String, _ end: String) throws -> Substring? {
    let text = try PackageFolder.text("README.md")
    guard let first = text.firstRange(of: start), let last = text[first.upperBound...].firstRange(of: end) else {
      return nil
    }
    return text[first.upperBound..<last.lowerBound]
  }
}
