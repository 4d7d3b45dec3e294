import Testing

@testable import Pipeline

@Suite struct ModelChoiceTests {
  @Test(arguments: ModelUse.phases)
  func everyPhaseTakesTheCodingModelByDefault(_ phase: ModelUse) throws {
    let configuration = try ConfigurationFolder().load()
    #expect(
      configuration.model(for: phase)
        == ModelChoice(name: "qwen2.5-coder:32b", numContext: 16_384, source: .coding)
    )
  }

  @Test(arguments: [
    (ModelUse.reasoning, "qwen2.5:32b", 16_384), (.analysis, "qwen2.5:14b", 16_384),
    (.interpreter, "functiongemma:latest", 8192), (.arbiter, "qwen2.5:14b", 16_384),
  ])
  func everyRoleHasAModelOfItsOwn(_ role: ModelUse, _ name: String, _ numContext: Int) throws {
    let choice = try ConfigurationFolder().load().model(for: role)
    #expect(choice.name.description == name)
    #expect(choice.numContext == numContext)
    #expect(choice.source == role)
  }

  @Test(arguments: [
    (ModelUse.planning, "r:1", ModelUse.reasoning), (.coding, "c:1", .coding), (.debugging, "c:1", .coding),
    (.qa, "q:1", .qa), (.documentation, "a:1", .analysis),
  ])
  func aPhaseTakesItsOwnOrThatOfItsRole(_ phase: ModelUse, _ name: String, _ source: ModelUse) throws {
    let folder = try ConfigurationFolder(
      project: "{models: {coding: 'c:1', reasoning: 'r:1', analysis: 'a:1', qa: 'q:1'}}"
    )
    let choice = try folder.load().model(for: phase)
    #expect(choice.name.description == name)
    #expect(choice.source == source)
  }

  @Test func aPhaseWithoutANameKeepsItsOtherSettings() throws {
    let folder = try ConfigurationFolder(
      project: "{models: {coding: {name: 'c:1', num_ctx: 4096, temperature: 0.7}, qa: {temperature: 0}}}"
    )
    #expect(
      try folder.load().model(for: .qa)
        == ModelChoice(name: "c:1", numContext: 4096, temperature: 0, source: .coding)
    )
  }

  @Test(arguments: [("limits.num_ctx=4096", 2048), ("limits.num_predict=512", 512), ("limits.num_ctx=65536", 8192)])
  func anAnswerLeavesHalfOfTheWindowToThePrompt(_ option: String, _ numPredict: Int) throws {
    #expect(try ConfigurationFolder().load(option).model(for: .coding).numPredict == numPredict)
  }

  @Test func aNameWithoutATagIsTheLatest() throws {
    #expect(try ConfigurationFolder().load("models.coding=mine").model(for: .coding).name == "mine:latest")
  }

  @Test func oneModelHasOneWindowForAllItsUses() throws {
    let folder = try ConfigurationFolder(
      project: """
        {servers: {a: 'a', b: 'b'}, models: {coding: {name: 'c:1', server: 'a', num_ctx: 4096},
         qa: {name: 'c:1', server: 'a', num_ctx: 32768}, planning: {name: 'c:1', server: 'b', num_ctx: 8192}}}
        """
    )
    let windows = try folder.load().phaseModels.mapValues { $0.numContext }
    #expect(windows == [.planning: 8192, .coding: 32_768, .debugging: 32_768, .documentation: 32_768, .qa: 32_768])
  }
}
