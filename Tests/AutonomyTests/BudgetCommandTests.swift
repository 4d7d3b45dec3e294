import JSON
import OllamaSimulator
import TestSupport
import Testing

@testable import autonomy

@Suite struct BudgetCommandTests {
  private static let scenario: JSONValue = [
    "models": [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]], "rules": [],
  ]

  @Test(arguments: [["--budget-usd", "5"], ["-c", "limits.run_usd=5"], ["-c", "limits.day_usd=5"]])
  func aCapRefusesAModelWhosePriceIsNotKnown(_ words: [String]) async throws {
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: Self.scenario))
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    let model =
      "{name: 'qwen2.5-coder:32b', server: 'default', tiers: ['base'], window: 32768, price: 'unknown', "
      + "as_of: '2026-11-01', source: 'test'}"
    try folder.write("{sandbox: 'off', router: {models: [\(model)]}}", to: "autonomy.json")
    let run = await Invocation(words: ["run"] + words, in: folder.path, environment: ["OLLAMA_HOST": server.url])
    #expect(run.exitCode == 2)
    let name = words[0] == "-c" && words[1].hasPrefix("limits.day") ? "limits.day_usd" : "--budget-usd"
    #expect(run.errors.contains("is not known, so the cap of $5.00 ('\(name)') cannot hold."), "\(run.errors)")
    await server.stop()
  }
}
