import OllamaSimulator
import Testing

@Suite struct DemoTests {
  @Test func theScenarioIsOneThatTheSimulatorCanPlay() throws {
    let scenario = try Scenario(contentsOf: "\(PackageFolder.path)/demo/scenario.json")
    #expect(!scenario.rules.isEmpty)
  }
}
