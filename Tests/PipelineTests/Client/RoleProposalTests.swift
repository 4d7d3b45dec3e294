import Pipeline
import Testing

@Suite struct RoleProposalTests {
  private func model(
    _ name: ModelName,
    _ size: String,
    _ capabilities: Set<String>? = ["completion", "tools"]
  ) -> InstalledModel {
    InstalledModel(name: name, parameterSize: size, capabilities: capabilities)
  }

  private func proposal(_ models: [InstalledModel]) -> [ModelUse: ModelName] {
    let server = ModelServer(name: "x", url: "http://h")
    let entries = RoleProposal([ServerInventory(server: server, models: models)]).entries
    return Dictionary(uniqueKeysWithValues: entries.map { ($0.role, $0.model) })
  }

  @Test func givesEachRoleTheModelMadeForIt() {
    let roles = proposal([
      model("qwen2.5-coder:32b", "32.8B"), model("llama3.3:70b", "70.6B"), model("qwq:32b", "32.8B"),
      model("gemma3:1b", "999.89M", ["completion"]), model("nomic-embed-text", "137M", ["embedding"]),
    ])
    #expect(
      roles == [
        .coding: "qwen2.5-coder:32b", .reasoning: "qwq:32b", .analysis: "llama3.3:70b", .interpreter: "gemma3:1b",
        .arbiter: "qwq:32b",
      ]
    )
  }

  @Test func givesTheOnlyModelEveryRole() {
    let roles = proposal([model("m", "7B", nil)])
    #expect(Set(roles.keys) == Set(ModelUse.allCases.map { $0.role }))
    #expect(Set(roles.values) == ["m"])
  }

  @Test func prefersAModelThatCanCallTools() {
    #expect(proposal([model("big:70b", "70B", ["completion"]), model("small:7b", "7B")])[.coding] == "small:7b")
  }

  @Test func doesNotPreferATinySpecialist() {
    #expect(proposal([model("tiny-coder:1b", "1B"), model("big:70b", "70B")])[.coding] == "big:70b")
  }

  @Test func proposesNothingWhereNothingCanChat() {
    #expect(proposal([model("nomic-embed-text", "137M", ["embedding"])]).isEmpty)
    #expect(proposal([model("mute", "7B", ["completion"])]).isEmpty)
    #expect(proposal([]).isEmpty)
  }

  @Test(arguments: [("32.8B", 32.8), ("999.89M", 0.99989), ("19472704", 0.019472704), ("1T", 1000)])
  func readsSizes(text: String, billions: Double) {
    #expect(abs(InstalledModel(name: "m", parameterSize: text).billions - billions) < 1e-9)
  }
}
