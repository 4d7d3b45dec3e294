import Pipeline
import TestSupport
import Testing
import Unified

@testable import autonomy

@Suite struct ModeChoiceTests {
  private func configuration(variable: String = "", configured: String? = nil) throws -> Configuration {
    let folder = try TemporaryDirectory()
    if let configured { try folder.write("{orchestration: {use: '\(configured)'}}", to: "autonomy.json") }
    return try Configuration.load(project: folder.path, environment: ["USE_ORCHESTRATION": variable])
  }

  @Test(arguments: ["false", "0", "no", "off", "OFF", " false "])
  func theVariableCanAskForTheTraditionalMode(_ value: String) throws {
    let choice = try ModeChoice(flag: nil, configuration(variable: value))
    #expect(choice.mode == .traditional)
    #expect(choice.origin == "USE_ORCHESTRATION")
  }

  @Test func theTraditionalModeIsTheDefault() throws {
    #expect(try ModeChoice(flag: nil, configuration()).origin == "default")
  }

  @Test func theOptionWinsOverTheVariable() throws {
    let choice = try ModeChoice(flag: .traditional, configuration(variable: "nonsense"))
    #expect(choice.origin == "--mode")
  }

  @Test(arguments: ["true", "1", "yes", "ON"])
  func theVariableCanAskForTheOrchestratedMode(_ value: String) throws {
    let choice = try ModeChoice(flag: nil, configuration(variable: value))
    #expect(choice.mode == .orchestrated)
    #expect(choice.orchestrated == Set(PhaseName.allCases))
  }

  @Test func singlePhasesCanBeOrchestrated() throws {
    let choice = try ModeChoice(flag: nil, configuration(variable: "planning, qa"))
    #expect(choice.orchestrated == [.planning, .qa])
  }

  @Test func theVariableWinsOverTheConfiguration() throws {
    let off = try ModeChoice(flag: nil, configuration(variable: "no", configured: "true"))
    #expect(off.mode == .traditional)
    let on = try ModeChoice(flag: nil, configuration(configured: "debugging"))
    #expect(on.orchestrated == [.debugging] && on.origin == "orchestration.use")
  }

  @Test func theConfigurationTellsWhatTheVariableSays() async throws {
    let folder = try TemporaryDirectory()
    let on = await Invocation("config", "--show-origin", in: folder.path, environment: ["USE_ORCHESTRATION": "qa"])
    #expect(
      on.output.split(separator: "\n").contains {
        $0.split(separator: " ") == ["orchestration.use", "USE_ORCHESTRATION", "\"qa\""]
      }
    )
    let wrong = await Invocation("config", in: folder.path, environment: ["USE_ORCHESTRATION": "maybe"])
    #expect(wrong.exitCode == 2 && wrong.errors.contains("'maybe' is no phase"))
  }

  @Test func whatWasPromotedCountsWhereNothingElseIsSaid() async throws {
    let folder = try TemporaryDirectory()
    #expect(await Invocation("migrate", "promote", "qa", "--force", in: folder.path).exitCode == 0)
    let stage = try MigrationStage(try JournalReader.open(StateFolder(ofProject: folder.path)))
    let promoted = try ModeChoice(flag: nil, configuration(), stage: stage)
    #expect(promoted.orchestrated == [.qa] && promoted.origin == "autonomy migrate")
    #expect(try ModeChoice(flag: nil, configuration(configured: "false"), stage: stage).mode == .traditional)
    #expect(try ModeChoice(flag: .traditional, configuration(), stage: stage).origin == "--mode")
  }

  @Test(arguments: [
    ("planing", "Did you mean 'planning'?"), ("maybe", "'maybe' is no phase"), ("planning,,qa", "is no phase"),
  ])
  func refusesWhatIsNoPhase(_ value: String, _ message: String) {
    let error = #expect(throws: Refusal.self) {
      try ModeChoice(flag: nil, configuration(variable: value))
    }
    #expect(error?.outcome == .configuration)
    #expect(error?.description.contains(message) == true)
  }
}
