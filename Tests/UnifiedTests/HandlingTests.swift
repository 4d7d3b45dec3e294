import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing
import Unified

/// Runs with models of which something is known.
@Suite struct HandlingTests {
  /// A small project whose model has a card.
  private struct CardedRun {
    let project: TestProject
    let simulator: OllamaSimulator
    private let file: CardFile
    private let environment: [String: String]

    init(_ rules: [JSONValue] = TestProject.goodRules, capabilities: JSONValue = ["tools"]) async throws {
      project = try TestProject()
      let model: JSONValue = [
        "name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": capabilities,
      ]
      let all = Damage.rules([.fencedJSON], share: 0, over: rules)
      simulator = try await OllamaSimulator(scenario: Scenario(parsing: ["models": [model], "rules": .array(all)]))
      var environment = TestProject.environment
      environment["XDG_DATA_HOME"] = project.folder.appending(".autonomy-data")
      self.environment = environment
      file = try #require(CardFile(environment: environment))
    }

    func know(_ handling: ModelHandling) throws {
      var card = CapabilityCard(
        model: "qwen2.5-coder:32b",
        server: simulator.url,
        date: .now,
        context: ContextFinding(requested: 16_384)
      )
      card.calls = handling.writesCallsAsText ? CallCounts(text: 20) : CallCounts(native: 20)
      card.wholeFile = Share(right: 5, trials: 5)
      card.searchAndReplace = Share(right: handling.changesFilesWhole ? 0 : 5, trials: 5)
      #expect(card.handling == handling)
      try file.store(card)
    }

    func run(_ settings: RunSettings = RunSettings()) async throws -> ResultEvent {
      try await project.run(url: simulator.url, settings: settings, environment: environment)
    }

    func spoil() throws { try project.folder.write("{", to: ".autonomy-data/autonomy/models.json") }

    /// The bodies of what the model was asked.
    var bodies: [JSONValue] { simulator.chatRequests.map { $0.body } }
  }

  @Test func aModelThatNeverCallsNativelyIsAskedInTextModeAtOnce() async throws {
    let run = try await CardedRun()
    try run.know(ModelHandling(writesCallsAsText: true))
    let result = try await run.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(run.bodies.allSatisfy { $0["tools"] == nil && $0.text().contains("How to call a tool") })
    let handling = run.project.sink.events.compactMap { stored -> [String: ModelHandling]? in
      if case .runStarted(let event) = stored.event { event.handling } else { nil }
    }
    #expect(handling == [["qwen2.5-coder:32b@default": ModelHandling(writesCallsAsText: true)]])
  }

  @Test func withoutACardNothingIsSpecial() async throws {
    let run = try await CardedRun()
    #expect(try await run.run().outcome == .complete)
    #expect(run.bodies.allSatisfy { $0["tools"] != nil })
    guard case .runStarted(let event)? = run.project.sink.events.first?.event else { throw TestFailure() }
    #expect(event.handling == nil)
  }

  @Test func aModelThatIsNotOfferedToolsWorksWhereItCanWriteCalls() async throws {
    let run = try await CardedRun(capabilities: [])
    let refusal = await #expect(throws: RunRefusal.self) { try await run.run() }
    #expect(refusal?.description.contains("autonomy probe") == true)
    try run.know(ModelHandling(writesCallsAsText: true))
    #expect(try await run.run().outcome == .complete)
  }

  @Test func whoCannotReplacePassagesNeverHearsOfIt() async throws {
    let run = try await CardedRun()
    try run.know(ModelHandling(changesFilesWhole: true))
    #expect(try await run.run().outcome == .complete)
    #expect(run.bodies.contains { $0.text().contains("write_file") })
    #expect(!run.bodies.contains { $0.text().contains("edit_file") })
  }

  @Test(arguments: [
    ModelHandling(writesCallsAsText: true), ModelHandling(changesFilesWhole: true), ModelHandling(),
  ])
  func aRunTreatsItsModelsAlikeToItsEnd(handling: ModelHandling) async throws {
    let run = try await CardedRun()
    try run.know(handling)
    let first = try await run.run(RunSettings(limits: RunLimits(calls: 2)))
    #expect(first.outcome == .budget)
    let other = ModelHandling(
      writesCallsAsText: !handling.writesCallsAsText,
      changesFilesWhole: !handling.changesFilesWhole
    )
    try run.know(other)
    let second = try await run.run(RunSettings(limits: RunLimits(calls: 50)))
    #expect(second.outcome == .complete, "\(second.message)")
    for body in run.bodies {
      #expect((body["tools"] == nil) == handling.writesCallsAsText)
      #expect(!handling.changesFilesWhole || !body.text().contains("edit_file"))
    }
    // The next run goes by what is known then.
    let count = run.bodies.count
    let third = try await run.run(RunSettings(limits: RunLimits(calls: 50), startsFresh: true))
    #expect(third.outcome == .complete, "\(third.message)")
    #expect(run.bodies.count > count)
    #expect(run.bodies[count...].allSatisfy { ($0["tools"] == nil) == other.writesCallsAsText })
  }

  @Test func aDamagedFileOfCardsIsNamedAndKeepsNoRunFromWorking() async throws {
    let run = try await CardedRun()
    try run.spoil()
    #expect(try await run.run().outcome == .complete)
    let warnings = run.project.sink.events.compactMap { stored -> String? in
      if case .warning(let event) = stored.event { event.message } else { nil }
    }
    #expect(warnings.contains { $0.contains("models.json' is damaged") })
    #expect(run.project.folder.text(of: ".autonomy-data/autonomy/models.json") == "{")
  }

  private struct TestFailure: Error {}
}
