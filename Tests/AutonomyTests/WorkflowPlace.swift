import JSON
import OllamaSimulator
import TestSupport

/// A project with a workflow, and a simulated server that its configuration names.
struct WorkflowPlace {
  /// Five tasks that need each other's results, and rules for a server under which all succeed.
  static let flow = """
    { tasks: [
        { id: "api", phase: "scout", prompt: "Which functions are there?" },
        { id: "tests", phase: "scout", model: "thinker:7b", prompt: "Which tests are there?" },
        { id: "plan", phase: "plan", depends_on: ["api", "tests"], prompt: "What is to be done?" },
        { id: "build", depends_on: ["plan"], prompt: "Do it." },
        { id: "extra", phase: "scout", priority: 90, prompt: "Anything else?" } ] }
    """
  static let rules = """
    [{ "when": { "task": "api" }, "reply": { "content": "parse() and print()" } },
     { "when": { "task": "tests", "model": "thinker:7b" }, "reply": { "content": "None." } },
     { "when": { "task": "plan", "role": "reasoning", "last_contains": "parse() and print()" },
       "reply": { "content": "1. Test parse()." } },
     { "when": { "task": "build", "last_contains": "1. Test parse()." }, "reply": { "content": "test_parse();" } },
     { "when": { "task": "extra" }, "reply": { "content": "No." } }]
    """
  /// One task that soon takes too long.
  static let slow = #"{ slots: 1, tasks: [{ id: "s1", prompt: "x", timeout: "200ms", retries: 3 }] }"#

  let server: OllamaSimulator
  let folder: TemporaryDirectory

  init(_ rules: String, flow: String) async throws {
    let scenario = """
      { "models": [{ "name": "coder:7b", "capabilities": ["tools"] }, { "name": "thinker:7b", "capabilities": ["tools"] }],
        "rules": \(rules) }
      """
    server = try await OllamaSimulator(scenario: Scenario(parsing: JSONValue(parsing: scenario)))
    folder = try TemporaryDirectory()
    try folder.write(
      """
      { servers: { one: "\(server.url)" },
        models: { coding: "coder:7b", reasoning: "thinker:7b", analysis: "coder:7b" } }
      """,
      to: "autonomy.json"
    )
    try folder.write(flow, to: "flow.json5")
  }

  func run(_ words: String...) async -> Invocation {
    await Invocation(words: ["workflow"] + words, in: folder.path)
  }

  /// The tasks that were asked for, in order.
  var asked: [String] { server.chatRequests.compactMap { $0.line?["task"] } }
}
