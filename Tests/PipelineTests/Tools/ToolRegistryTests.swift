import JSON
import Pipeline
import Testing

@Suite struct ToolRegistryTests {
  private let registry = ToolRegistry.standard

  @Test(arguments: [
    (PhaseName.planning, ["plan_tasks", "read_file", "search_files", "ask_user"]),
    (
      .coding,
      [
        "read_file", "search_files", "write_file", "edit_file", "delete_file", "run_check", "ask_user", "finish",
      ]
    ),
    (.qa, ["read_file", "search_files", "run_check", "report_issue", "approve"]),
    (
      .debugging,
      [
        "read_file", "search_files", "write_file", "edit_file", "delete_file", "run_check", "ask_user", "finish",
      ]
    ),
    (.documentation, ["read_file", "search_files", "write_file", "edit_file", "finish"]),
  ])
  func offersThePhasesTools(phase: PhaseName, names: [String]) {
    #expect(registry.tools(for: phase).map { $0.name } == names)
  }

  @Test(arguments: PhaseName.allCases) func sendsTheSameBytesEveryTime(phase: PhaseName) {
    let first = registry.tools(for: phase).map { $0.json.text() }
    #expect(first == ToolRegistry.standard.tools(for: phase).map { $0.json.text() })
    #expect(registry.promptText(for: phase).split(separator: "\n").count == first.count)
  }

  @Test(arguments: PhaseName.allCases) func usesOnlyTheSchemaThatServersHandOn(phase: PhaseName) {
    for tool in registry.tools(for: phase) { expectPlain(tool.parameters, isRoot: true) }
  }

  private func expectPlain(_ schema: JSONValue, isRoot: Bool = false) {
    let known: Set<String> = ["type", "items", "description", "enum", "properties", "required"]
    let keys = Set(schema.object?.keys ?? ["?"])
    #expect(keys.isSubset(of: known))
    #expect(!isRoot || schema["type"] == "object")
    for (_, property) in schema["properties"]?.object ?? [:] {
      #expect(property["description"]?.string?.isEmpty == false)
      expectPlain(property)
    }
    if let items = schema["items"] { expectPlain(items) }
  }

  @Test(arguments: PhaseName.allCases) func showsExamplesThatFitTheirSchema(phase: PhaseName) {
    for specification in registry.specifications(for: phase) {
      let known = Set(specification.parameters.map { $0.name })
      let required = Set(specification.parameters.filter { $0.isRequired }.map { $0.name })
      #expect(Set(specification.example.keys).isSubset(of: known))
      #expect(required.isSubset(of: Set(specification.example.keys)))
    }
  }

  @Test func offersReadingToolsToConsultations() {
    #expect(registry.readingTools().map { $0.name } == ["read_file", "search_files"])
  }

  @Test(arguments: ["approve", "Read_File", "read-file", "", "functions.read_file"])
  func refusesANameThatIsNotOffered(name: String) async throws {
    var stage = try ToolStage(.coding, files: ["a": "x"])
    let error = await stage.refusal(of: name, .path("a"))
    guard case .malformedCall(let text) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.contains("'read_file', 'search_files', 'write_file'"))
    #expect(text.contains(#"A right call: {"name":"read_file","arguments":{"path":"src/main.c""#))
  }

  @Test(
    arguments: [
      ([:], "The argument 'path' is missing."),
      (["path": nil], "The argument 'path' is missing."),
      (["path": 3], "'path' must be a string, not an integer."),
      (["path": " "], "'path' must not be empty."),
      (["path": "a", "start_line": "7"], "'start_line' must be a whole number, not '7'."),
      (["path": "a", "start_line": 1.5], "'start_line' must be a whole number, not a number."),
      (["path": "a", "start_line": 0], "'start_line' must be at least 1, not 0."),
      (["file": "a", "path": "a"], "There is no argument 'file'; the arguments are 'path', 'start_line', 'end_line'."),
    ] as [(JSONObject, String)]
  )
  func namesTheMistakeInArguments(arguments: JSONObject, mistake: String) async throws {
    var stage = try ToolStage(.coding, files: ["a": "x"])
    let error = await stage.refusal(of: "read_file", arguments)
    #expect(
      error
        == .malformedCall(
          """
          The call of 'read_file' was not carried out. \(mistake)
          A right call: {"name":"read_file","arguments":{"path":"src/main.c","start_line":1,"end_line":200}}
          """
        )
    )
  }

  @Test func namesEveryMistakeInsideLists() async throws {
    var stage = try ToolStage(.planning)
    let error = await stage.refusal(
      of: "plan_tasks",
      ["tasks": [["description": "x", "target_files": "a"], ["target_files": ["a", 1], "priority": 101]]]
    )
    let text = error?.message ?? ""
    #expect(text.contains("'tasks[1].target_files' must be an array, not a string."))
    #expect(text.contains("The argument 'tasks[2].description' is missing."))
    #expect(text.contains("'tasks[2].target_files[2]' must be a string, not an integer."))
    #expect(text.contains("'tasks[2].priority' must be 1 to 100, not 101."))
  }

  @Test func takesEmptyAndNullOptionalsAsAbsent() async throws {
    var stage = try ToolStage(.coding, files: ["a": "x\n"])
    try await stage.call("read_file", ["path": "a", "start_line": nil, "end_line": ""])
    try await stage.call("read_file", ["path": "a", "start_line": 1.0])
  }
}
