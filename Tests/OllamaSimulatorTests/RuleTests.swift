import JSON
import OllamaSimulator
import Testing

@Suite struct RuleTests {
  static let line = "[phase=debugging task=t3 role=coding attempt=2]\nFix it."

  struct Case: Sendable, CustomTestStringConvertible {
    let condition: JSONValue
    let matches: Bool
    var testDescription: String { "\(condition) \(matches)" }
  }

  @Test(arguments: [
    Case(condition: ["phase": "debugging"], matches: true),
    Case(condition: ["phase": "coding"], matches: false),
    Case(condition: ["task": "t3"], matches: true),
    Case(condition: ["task": "t"], matches: false),
    Case(condition: ["role": "coding"], matches: true),
    Case(condition: ["role": "analysis"], matches: false),
    Case(condition: ["model": "tiny:7b"], matches: true),
    Case(condition: ["model": "tiny"], matches: false),
    Case(condition: ["tool_offered": "read_file"], matches: true),
    Case(condition: ["tool_offered": "approve"], matches: false),
    Case(condition: ["lacks": "approve"], matches: true),
    Case(condition: ["lacks": "read_file"], matches: false),
    Case(condition: ["system_contains": "careful"], matches: true),
    Case(condition: ["system_contains": "Fix"], matches: false),
    Case(condition: ["last_contains": "is done"], matches: true),
    Case(condition: ["last_contains": "Fix"], matches: false),
    Case(condition: ["last_role": "tool"], matches: true),
    Case(condition: ["last_role": "user"], matches: false),
    Case(condition: ["path": "/api/chat"], matches: true),
    Case(condition: ["phase": "debugging", "task": "t4"], matches: false),
    Case(condition: ["nth": 2], matches: false),
    Case(condition: ["chance": 0.0], matches: false),
    Case(condition: ["chance": 1.0], matches: true),
    Case(condition: [:], matches: true),
  ])
  func meetsConditions(_ example: Case) async throws {
    let server = try await SimulatorFixture([["when": example.condition, "reply": ["content": "met"]]])
    let response = try await server.chat(
      "",
      [
        "tools": SimulatorFixture.tools("read_file", "write_file"),
        "messages": [
          ["role": "system", "content": "Be careful."], ["role": "user", "content": .string(Self.line)],
          ["role": "assistant", "content": "Now."],
          ["role": "tool", "tool_name": "read_file", "content": "It is done."],
        ],
      ]
    )
    #expect(response.status == (example.matches ? 200 : 418))
    #expect(server.simulator.unmatchedCount == (example.matches ? 0 : 1))
  }

  @Test func theFirstRuleThatHoldsReplies() async throws {
    let server = try await SimulatorFixture([
      ["when": ["last_contains": "b"], "reply": ["content": "1"]],
      ["when": ["last_contains": "a"], "reply": ["content": "2"]],
      ["reply": ["content": "3"]],
    ])
    var replies: [String] = []
    for text in ["a", "b", "ab", "c"] { replies.append(try await server.chat(text).content) }
    #expect(replies == ["2", "1", "1", "3"])
    #expect(server.simulator.summary.repliesPerRule == [2, 1, 1])
    #expect(server.simulator.chatRequests.map(\.ruleIndex) == [1, 0, 0, 2])
  }

  @Test func nthCountsWhatEarlierRulesTook() async throws {
    let server = try await SimulatorFixture([
      ["when": ["nth": 1], "reply": ["content": "first"]], ["when": ["nth": 2], "reply": ["content": "second"]],
      ["when": ["last_contains": "x", "nth": 2], "reply": ["content": "second x"]], ["reply": ["content": "other"]],
    ])
    var replies: [String] = []
    for text in ["x", "y", "z", "x", "x"] { replies.append(try await server.chat(text).content) }
    #expect(replies == ["first", "second", "other", "second x", "other"])
  }

  @Test func timesEndsARule() async throws {
    let server = try await SimulatorFixture([
      ["times": 2, "reply": ["content": "a"]], ["times": 1, "reply": ["content": "b"]],
    ])
    var statuses: [String] = []
    for _ in 0..<4 {
      let response = try await server.chat()
      statuses.append(response.status == 200 ? response.content : "\(response.status)")
    }
    #expect(statuses == ["a", "a", "b", "418"])
  }

  @Test func chanceIsTheSameForTheSameSeed() async throws {
    func draws(seed: Int) async throws -> [String] {
      let rules: JSONValue = [
        ["when": ["chance": 0.5], "reply": ["content": "1"]], ["reply": ["content": "0"]],
      ]
      let server = try await SimulatorFixture(rules, more: ["seed": .integer(seed)])
      var draws: [String] = []
      for _ in 0..<32 { draws.append(try await server.chat().content) }
      return draws
    }
    let first = try await draws(seed: 1)
    #expect(try await draws(seed: 1) == first)
    #expect(try await draws(seed: 2) != first)
    #expect((6...26).contains(first.count { $0 == "1" }))
  }

  @Test func putsAnUnmatchedRequestIntoTheMessage() async throws {
    let server = try await SimulatorFixture([
      ["when": ["phase": "coding"], "reply": ["content": ""]], ["when": ["phase": "qa"], "reply": ["content": ""]],
      ["when": ["nth": 7], "reply": ["content": ""]],
    ])
    let response = try await server.chat(Self.line, ["tools": SimulatorFixture.tools("approve")])
    #expect(response.status == 418)
    #expect(
      response.error == """
        No rule of the scenario matches this request to /api/chat: {"model":"tiny:7b","phase":"debugging","task":"t3",\
        "role":"coding","attempt":"2","tools":["approve"],"messages":1,"last_role":"user",\
        "last":"[phase=debugging task=t3 role=coding attempt=2]\\nFix it."}. \
        rules[0] to rules[1]: 'phase' does not hold; rules[2]: 'nth' is 7, and this was number 1.
        """
    )
    #expect(server.simulator.summary.exitCode == 1)
  }

  @Test func setsFaultsOnOtherPaths() async throws {
    let server = try await SimulatorFixture([
      ["when": ["path": "/api/tags", "nth": 2], "fault": ["kind": "http_status", "status": 500]]
    ])
    var statuses: [Int] = []
    for _ in 0..<3 { statuses.append(try await server.request("GET", "/api/tags").status) }
    #expect(statuses == [200, 500, 200])
  }
}
