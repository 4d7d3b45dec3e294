import Pipeline
import Testing

@testable import Orchestration

@Suite struct WorkflowFileTests {
  private func file(_ text: String) throws -> WorkflowFile {
    try WorkflowFile(Array(text.utf8), path: "dir/flow.json5")
  }

  @Test func readsEverythingThatATaskMayHave() throws {
    let file = try file(
      """
      { name: "survey", slots: 2, // two at once
        tasks: [
          { id: "api", phase: "scout", prompt: "What is there?" },
          { id: "go", prompt: "Do it.", model: "coder", server: "big", depends_on: ["api"], priority: 7,
            timeout: "5m", retries: 2, input_tokens: 4000 },
        ] }
      """
    )
    var go = WorkflowTask(id: "go", phase: .build, prompt: "Do it.", dependsOn: ["api"], priority: 7)
    go.timeLimit = .seconds(300)
    go.retries = 2
    #expect(file.name == "survey" && file.slots == 2)
    #expect(
      file.entries == [
        WorkflowFile.Entry(
          task: WorkflowTask(id: "api", phase: .scout, prompt: "What is there?"),
          agent: .role(.analysis),
          inputTokens: nil
        ),
        WorkflowFile.Entry(task: go, agent: .model("coder:latest", server: "big"), inputTokens: 4000),
      ]
    )
  }

  @Test func aWorkflowWithoutANameHasThatOfItsFile() throws {
    let file = try file("{ tasks: [{ id: 'a', phase: 'plan', prompt: 'x' }] }")
    #expect(file.name == "flow" && file.slots == 4)
    #expect(file.entries[0].agent == .role(.reasoning))
  }

  @Test(arguments: [
    ("{", "dir/flow.json5:1: "),
    ("[]", "dir/flow.json5:1: The workflow must be an object, not a list."),
    ("{}", "The workflow needs 'tasks', a list of what is to be done."),
    ("{ tasks: [] }", "dir/flow.json5:1: 'tasks' has no task."),
    ("{ taks: [] }", "'taks' is no key here. Did you mean 'tasks'?"),
    ("{ tasks: [\n{ prompt: 'x' }] }", "dir/flow.json5:2: 'tasks[0]' needs 'id'."),
    ("{ tasks: [{ id: 'a b', prompt: 'x' }] }", "'tasks[0].id' must be a name"),
    ("{ tasks: [{ id: 'a', prompt: ' ' }] }", "'tasks[0].prompt' is empty."),
    ("{ tasks: [{ id: 'a', prompt: 'x', phase: 'scuot' }] }", "'tasks[0].phase' is 'scuot'. Did you mean 'scout'?"),
    ("{ tasks: [{ id: 'a', prompt: 'x', role: 'arbiter' }] }", "It can be 'coding', 'reasoning', 'analysis'."),
    ("{ tasks: [{ id: 'a', prompt: 'x', role: 'coding', model: 'm' }] }", "has both 'role' and 'model'"),
    ("{ tasks: [{ id: 'a', prompt: 'x', server: 's' }] }", "'tasks[0].server' goes with 'model' only"),
    ("{ tasks: [{ id: 'a', prompt: 'x', retries: 11 }] }", "must be a whole number from 0 to 10, not 11."),
    ("{ tasks: [{ id: 'a', prompt: 'x', timeout: 'soon' }] }", "must be a duration such as '90s'"),
    ("{ tasks: [{ id: 'a', prompt: 'x', depends_on: 'b' }] }", "'tasks[0].depends_on' must be a list, not a string."),
    ("{ tasks: [{ id: 'a', prompt: 'x' }, { id: 'a', prompt: 'y' }] }", "Two tasks have the id 'a'."),
    ("{ tasks: [{ id: 'a', prompt: 'x', depends_on: ['b'] }] }", "The task 'a' depends on 'b', which is no task."),
    ("{ tasks: [{ id: 'a', prompt: 'x', depends_on: ['a'] }] }", "in a circle: a -> a."),
    ("{ slots: 0, tasks: [{ id: 'a', prompt: 'x' }] }", "'slots' must be a whole number from 1 to 256, not 0."),
  ])
  func saysWhatIsWrongAndWhere(_ text: String, _ message: String) {
    let error = #expect(throws: ConfigurationError.self) { try self.file(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func saysAllThatIsWrongAtOnce() {
    let error = #expect(throws: ConfigurationError.self) {
      try self.file("{ slots: 'x', tasks: [{ id: 'a', prompt: 'x', retries: -1 }, 7] }")
    }
    #expect(error?.problems.count == 3)
  }
}
