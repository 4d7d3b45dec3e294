import JSON
import OllamaSimulator
import TestSupport
import Testing

@Suite struct ScenarioTests {
  @Test func readsEveryKey() throws {
    let scenario = try Scenario(
      parsing: JSONValue(
        parsing: """
          { // comments are allowed
            "models": [{ "name": "a:1b", "context_length": 10, "capabilities": ["tools", "thinking"], "load_ms": 5,
                         "bytes_per_token": 2.5 }],
            "resident": 2, "seed": 7,
            "rules": [
              { "when": { "phase": "p", "task": "t1", "role": "r", "model": "a:1b", "tool_offered": "x", "lacks": "y",
                          "system_contains": "s", "last_contains": "l", "last_role": "tool", "path": "/api/chat",
                          "nth": 2, "chance": 0.5 },
                "times": 3,
                "reply": { "content": "c", "thinking": "h", "tool_calls": [{ "name": "n", "arguments": { "a": 1 } }],
                           "calls_in": "final", "chunk_bytes": 4, "done_reason": "length" },
                "fault": { "kind": "error_line", "status": 503, "message": "m", "after_chunks": 1, "ms": 2 } },
              { "reply": { "raw": "w" } },
              { "fault": { "kind": "http_status", "status": 500, "headers": { "A": "b", "C": 1 }, "body": "z" } },
              { "fault": { "kind": "truncate_prompt", "tokens": 9 } } ] }
          """,
        syntax: .json5
      )
    )
    #expect(scenario.models[0].bytesPerToken == 2.5)
    #expect(scenario.models[0].capabilities == ["completion", "tools", "thinking"])
    #expect(scenario.resident == 2)
    #expect(scenario.seed == 7)
    #expect(scenario.rules[0].condition.lastRole == .tool)
    #expect(scenario.rules[0].condition.chance == 0.5)
    #expect(scenario.rules[0].times == 3)
    #expect(scenario.rules[0].reply?.toolCalls.first?.arguments == ["a": 1])
    #expect(scenario.rules[0].fault?.duration == .milliseconds(2))
    #expect(scenario.rules[1].reply?.raw == "w")
    #expect(scenario.rules[2].fault?.headers.map(\.value) == ["b", "1"])
    #expect(scenario.rules[3].fault?.tokens == 9)
  }

  @Test(arguments: [
    ("[]", "The scenario is a list, not an object."),
    ("{}", "The scenario has no 'models'; list at least one, such as { \"name\": \"tiny\" }."),
    (#"{"models": {}}"#, "The scenario is wrong at 'models': it must be a list, not an object."),
    (#"{"models": [{}]}"#, "The scenario is wrong at 'models[0]': it has no 'name'."),
    (
      #"{"models": [{"nmae": "a"}]}"#,
      "The scenario is wrong at 'models[0].nmae': it is not a key here. Did you mean 'name'?"
    ),
    (
      #"{"models": [{"name": "a"}, {"name": "a:latest"}]}"#,
      "The scenario is wrong at 'models[1].name': it names 'a:latest' a second time."
    ),
    (
      #"{"models": [], "rules": [{"when": {"phas": "coding"}, "reply": {}}]}"#,
      "The scenario is wrong at 'rules[0].when.phas': it is not a key here. Did you mean 'phase'?"
    ),
    (
      #"{"models": [], "rules": [{"when": {"nth": "1"}, "reply": {}}]}"#,
      "The scenario is wrong at 'rules[0].when.nth': it must be an integer, not a string."
    ),
    (
      #"{"models": [], "rules": [{"when": {"nth": 0}, "reply": {}}]}"#,
      "The scenario is wrong at 'rules[0].when.nth': it must be at least 1."
    ),
    (
      #"{"models": [], "rules": [{"when": {"chance": 2}, "reply": {}}]}"#,
      "The scenario is wrong at 'rules[0].when.chance': it must be from 0 to 1."
    ),
    (
      #"{"models": [], "rules": [{"when": {"last_role": "tol"}, "reply": {}}]}"#,
      "The scenario is wrong at 'rules[0].when.last_role': it is 'tol'. Did you mean 'tool'?"
    ),
    (#"{"models": [], "rules": [{}]}"#, "The scenario is wrong at 'rules[0]': it has neither 'reply' nor 'fault'."),
    (
      #"{"models": [], "rules": [{"fault": {"kind": "hangs"}}]}"#,
      "The scenario is wrong at 'rules[0].fault.kind': it is 'hangs'. Did you mean 'hang'?"
    ),
    (
      #"{"models": [], "rules": [{"fault": {"kind": "refuse", "tokens": 1}}]}"#,
      "The scenario is wrong at 'rules[0].fault.tokens': it means nothing for the kind 'refuse'. Take it out."
    ),
    (
      #"{"models": [], "rules": [{"reply": {"raw": "a", "content": "b"}}]}"#,
      "The scenario is wrong at 'rules[0].reply.raw': it stands beside 'content', 'thinking' or 'tool_calls', "
        + "which it replaces."
    ),
    (
      #"{"models": [{"name": "a"}], "rules": [{"reply": {"thinking": "b"}}]}"#,
      "The scenario is wrong at 'rules[0].reply.thinking': it needs a model with the capability 'thinking', "
        + "and none has it."
    ),
    (
      #"{"models": [], "rules": [{"when": {"path": "/api/tags"}, "reply": {}}]}"#,
      "The scenario is wrong at 'rules[0].reply': it is for '/api/chat'; on '/api/tags' only a fault can be set."
    ),
    (
      #"{"models": [], "seed": 1, "zzzzzzzz": 1}"#,
      "The scenario is wrong at 'zzzzzzzz': it is not a key here. "
        + "It can be 'models', 'resident', 'seed', 'rules'."
    ),
  ])
  func refusesWhatIsWrong(text: String, message: String) throws {
    let value = try JSONValue(parsing: text)
    let error = #expect(throws: ScenarioError.self) { try Scenario(parsing: value) }
    #expect(error?.description == message)
  }

  @Test func readsFilesBesideTheScenario() throws {
    let folder = try TemporaryDirectory()
    try folder.write("one\ntwo\n", to: "answers/a.txt")
    let path = try folder.write(
      """
      { "models": [], "rules": [{ "reply": { "content": { "$file": "answers/a.txt" },
        "tool_calls": [{ "name": "w", "arguments": { "list": [{ "$file": "answers/a.txt" }] } }] } }] }
      """,
      to: "scenario.json"
    )
    let reply = try #require(try Scenario(contentsOf: path).rules[0].reply)
    #expect(reply.content == "one\ntwo\n")
    #expect(reply.toolCalls[0].arguments == ["list": ["one\ntwo\n"]])
  }

  @Test func namesTheFileAndTheKeyOfAMissingReference() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write(
      #"{ "models": [], "rules": [{ "reply": { "content": { "$file": "no.txt" } } }] }"#,
      to: "scenario.json"
    )
    let error = #expect(throws: ScenarioError.self) { try Scenario(contentsOf: path) }
    #expect(
      error?.description == "The scenario '\(path)' is wrong at 'rules[0].reply.content.$file': "
        + "it names 'no.txt', which cannot be read: No such file or directory."
    )
  }

  @Test func saysWhereTheJSONIsBroken() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("{ \"models\": [}", to: "scenario.json")
    let error = #expect(throws: ScenarioError.self) { try Scenario(contentsOf: path) }
    #expect(error?.description.hasPrefix("The scenario '\(path)' is not valid JSON: line 1, column 14") == true)
    #expect(error?.description.hasSuffix("..") == false)
  }
}
