import JSON
import Pipeline
import Testing

/// What models read: every prompt of every phase, with the tools that are really there.
@Suite struct PromptsTests {
  /// The tools of a model that replaces passages, and those of one that writes whole files only.
  private static let registries = [ToolRegistry.standard, ToolRegistry.standard.without("edit_file")]

  private func names(_ phase: PhaseName, _ registry: ToolRegistry = .standard) -> Set<String> {
    Set(registry.tools(for: phase).map { $0.name })
  }

  private func system(_ phase: PhaseName, _ registry: ToolRegistry = .standard) throws -> String {
    try Prompts().system(
      SystemPrompt(
        phase: phase,
        tools: registry.promptText(for: phase),
        toolNames: names(phase, registry),
        instructions: "Use tabs.",
        plan: "# The plan"
      )
    )
  }

  private func request(
    _ phase: PhaseName,
    _ registry: ToolRegistry = .standard,
    sections: [PromptSection] = []
  ) throws -> String {
    try Prompts().request(
      StepPrompt(
        phase: phase,
        task: phase == .planning ? nil : TaskID(number: 3),
        role: "coding",
        attempt: 2,
        toolNames: names(phase, registry),
        sections: sections
      )
    ).text
  }

  @Test(arguments: PhaseName.allCases, [0, 1])
  func namesNoToolThatIsNotOffered(phase: PhaseName, kind: Int) throws {
    let registry = Self.registries[kind]
    let prompts = try system(phase, registry) + request(phase, registry)
    let tools = registry.tools(for: phase)
    let text = prompts + tools.map { $0.json.text() }.joined()
    let all = Set(PhaseName.allCases.flatMap { names($0) })
    // The names of some tools are words as well, but only those of tools are marked.
    for tool in all.subtracting(tools.map { $0.name }) {
      #expect(!text.contains(tool.contains("_") ? tool : "`\(tool)`"), "\(tool)")
    }
    for tool in tools { #expect(prompts.contains("`\(tool.name)`"), "\(tool.name)") }
    #expect(!prompts.contains("{{") && !prompts.contains("}}"))
  }

  @Test(arguments: PhaseName.allCases)
  func holdsInstructionsAndPlanAndLeavesNoPlaceOpen(phase: PhaseName) throws {
    let text = try system(phase)
    #expect(text.contains("Use tabs.") && text.contains("# The plan"))
    #expect(!text.contains("{{") && !text.contains("}}"))
  }

  @Test(arguments: PhaseName.allCases)
  func beginsTheRequestWithTheFixedLine(phase: PhaseName) throws {
    let task = phase == .planning ? "" : " task=t3"
    let first = try request(phase).split(separator: "\n").first
    #expect(first == "[phase=\(phase.rawValue)\(task) role=coding attempt=2]")
  }

  @Test func staysTheSameWhileOnlyTheStepChanges() throws {
    #expect(try system(.coding) == system(.coding))
    let section = PromptSection("Task t3", "Write it.")
    #expect(try request(.coding, sections: [section]).contains("Write it."))
    #expect(try !request(.coding, sections: [PromptSection("Empty", "")]).contains("Empty"))
  }

  @Test(arguments: [(["a"], "x `a` y"), ([], "x none y"), (["b"], "x none y")] as [(Set<String>, String)])
  func leavesOutWhatIsSaidOfAToolThatIsNotOffered(tools: Set<String>, text: String) throws {
    let template = PromptTemplate(name: "t", text: "x {{if tool a}}{{tool a}}{{else}}none{{end}} {{y}}")
    #expect(try template.rendered(["y": "y"], tools: tools) == text)
  }

  @Test(arguments: ["{{if tool a}}x", "{{else}}", "{{end}}", "{{if a}}{{end}}"])
  func refusesAChoiceThatIsNone(text: String) {
    #expect(throws: PromptError.self) { try PromptTemplate(name: "t", text: text).rendered([:], tools: ["a"]) }
  }
}
