import JSON
import Testing

@testable import Pipeline

@Suite struct ConfigurationKeysTests {
  private static let samples: [JSONValue] = [
    "name:tag", 99_999, "7m", true, 0.5, "require", "openai", "host:1", ["a path"], [["name": "n", "command": ["c"]]],
    false, 1, 2, 7, [7, 8], ["bug_fix": 2], ["bug_fix": "base"], ["weak": 3], "seed",
    [["phase": "qa", "kind": "bug_fix"]],
    [["name": "n", "tiers": ["weak"], "window": 1, "price": "free", "as_of": "2026-01-01", "source": "s"]],
  ]

  @Test(arguments: (Configuration.keys + Configuration.serverKeys("x")).map { $0.path })
  func everyKeyFillsAPropertyOfItsOwn(_ path: [String]) throws {
    let key = try #require(Configuration.key(at: path))
    let before = Configuration()
    let isFilled = Self.samples.contains { sample in
      var after = before
      do throws(ConfigurationProblem) {
        try key.write(sample, &after)
      } catch {
        return false
      }
      let others = Configuration.keys.filter { $0.path != path && $0.read(after) != $0.read(before) }
      return after != before && key.read(after) != key.read(before) && others.isEmpty
    }
    #expect(isFilled)
  }

  @Test(arguments: Configuration.keys.map { $0.path })
  func everyDefaultCanBeWrittenInAFile(_ path: [String]) throws {
    let key = try #require(Configuration.key(at: path))
    var configuration = Configuration()
    try key.write(key.read(configuration), &configuration)
    #expect(configuration == Configuration())
  }

  @Test(arguments: Configuration.keys.map { $0.path })
  func theReferenceHasEveryKeyAndItsMeaning(_ path: [String]) throws {
    let shown = path.first == "models" ? ["models", "USE", path[2]] : path
    let row = Configuration.reference.split(separator: "\n").first {
      $0.hasPrefix("| `\(shown.joined(separator: "."))`")
    }
    let summary = try #require(Configuration.key(at: path)).summary
    #expect(row?.hasSuffix("\(summary) |") == true)
    #expect(summary.hasSuffix("."))
  }

  @Test func entriesShowDefaultsAndWhatIsSet() throws {
    let configuration = try ConfigurationFolder(project: "{limits: {idle: '3m'}, models: {qa: 'x'}}").load()
    let entries = configuration.entries
    func entry(_ key: String) -> ConfigurationEntry? { entries.first { $0.key == key } }
    #expect(entry("limits.idle")?.value == "3m")
    #expect(entry("limits.idle")?.origin != .standard)
    #expect(entry("limits.run_tokens") == ConfigurationEntry(key: "limits.run_tokens", value: nil, origin: .standard))
    #expect(entry("models.qa.name")?.value == "x:latest")
    #expect(entry("models.planning.name") == nil)
    #expect(entry("servers.default.url")?.value == "http://127.0.0.1:11434")
    #expect(entry("checks.commands")?.value == .null)
    #expect(entry("sandbox")?.value == "auto")
  }
}
