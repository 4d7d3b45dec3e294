import Pipeline
import TestSupport
import Testing
import Unified

@testable import autonomy

@Suite struct ModeChoiceTests {
  @Test(arguments: ["false", "0", "no", "off", "OFF", " false "])
  func theVariableCanAskForTheTraditionalMode(_ value: String) throws {
    let choice = try ModeChoice(flag: nil, environment: ["USE_ORCHESTRATION": value])
    #expect(choice.mode == .traditional)
    #expect(choice.origin == "USE_ORCHESTRATION")
  }

  @Test(arguments: [[:], ["USE_ORCHESTRATION": ""]])
  func theTraditionalModeIsTheDefault(_ environment: [String: String]) throws {
    #expect(try ModeChoice(flag: nil, environment: environment).origin == "default")
  }

  @Test func theOptionWinsOverTheVariable() throws {
    let choice = try ModeChoice(flag: .traditional, environment: ["USE_ORCHESTRATION": "nonsense"])
    #expect(choice.origin == "--mode")
  }

  @Test(arguments: ["true", "1", "yes", "ON"])
  func theVariableCanAskForTheOrchestratedMode(_ value: String) throws {
    let choice = try ModeChoice(flag: nil, environment: ["USE_ORCHESTRATION": value])
    #expect(choice.mode == .orchestrated)
    #expect(choice.orchestrated == Set(PhaseName.allCases))
  }

  @Test func singlePhasesCanBeOrchestrated() throws {
    let choice = try ModeChoice(flag: nil, environment: ["USE_ORCHESTRATION": "planning, qa"])
    #expect(choice.orchestrated == [.planning, .qa])
  }

  @Test func theVariableWinsOverTheConfiguration() throws {
    let off = try ModeChoice(flag: nil, environment: ["USE_ORCHESTRATION": "no"], configured: "true")
    #expect(off.mode == .traditional)
    let on = try ModeChoice(flag: nil, environment: [:], configured: "debugging")
    #expect(on.orchestrated == [.debugging] && on.origin == "orchestration.use")
  }

  @Test func whatWasPromotedCountsWhereNothingElseIsSaid() async throws {
    let folder = try TemporaryDirectory()
    #expect(await Invocation("migrate", "promote", "qa", "--force", in: folder.path).exitCode == 0)
    let stage = try MigrationStage(try JournalReader.open(StateFolder(ofProject: folder.path)))
    let promoted = try ModeChoice(flag: nil, environment: [:], stage: stage)
    #expect(promoted.orchestrated == [.qa] && promoted.origin == "autonomy migrate")
    #expect(try ModeChoice(flag: nil, environment: [:], configured: "false", stage: stage).mode == .traditional)
    #expect(try ModeChoice(flag: .traditional, environment: [:], stage: stage).origin == "--mode")
  }

  @Test(arguments: [
    ("planing", "Did you mean 'planning'?"), ("maybe", "'maybe' is no phase"), ("planning,,qa", "is no phase"),
  ])
  func refusesWhatIsNoPhase(_ value: String, _ message: String) {
    let error = #expect(throws: Refusal.self) {
      try ModeChoice(flag: nil, environment: ["USE_ORCHESTRATION": value])
    }
    #expect(error?.outcome == .configuration)
    #expect(error?.description.contains(message) == true)
  }
}
