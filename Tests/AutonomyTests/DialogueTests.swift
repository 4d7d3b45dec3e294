import ArgumentParsing
@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

/// `autonomy dialogue` and `autonomy consult`, with simulated models on two servers.
@Suite struct DialogueTests {
  private struct Place {
    let servers: [OllamaSimulator]
    let folder: TemporaryDirectory

    /// Serves the coding and the arbiter's model on one server, the reasoning and the analysing one on another.
    init(_ rules: String, other: String = "[]", capabilities: String = #"["tools"]"#) async throws {
      func server(_ models: [String], _ rules: String) async throws -> OllamaSimulator {
        let entries = models.map { #"{"name": "\#($0)", "context_length": 32768, "capabilities": \#(capabilities)}"# }
        let scenario = #"{"models": [\#(entries.joined(separator: ", "))], "rules": \#(rules)}"#
        return try await OllamaSimulator(scenario: Scenario(parsing: JSONValue(parsing: scenario)))
      }
      servers = [
        try await server(["coder:32b", "judge:14b"], rules), try await server(["thinker:32b", "reader:14b"], other),
      ]
      folder = try TemporaryDirectory()
      try folder.write(
        """
        { servers: { one: "\(servers[0].url)", two: "\(servers[1].url)" },
          models: { coding: "coder:32b", reasoning: "thinker:32b", analysis: "reader:14b", arbiter: "judge:14b" } }
        """,
        to: "autonomy.json"
      )
    }

    func run(_ words: String...) async -> Invocation { await Invocation(words: words, in: folder.path) }

    /// What a server was sent as the last message, request by request.
    func asked(_ server: Int) -> [String] {
      servers[server].chatRequests.compactMap { $0.body["messages"]?.array?.last?["content"]?.string }
    }
  }

  private static let coder = """
    [{ "when": { "phase": "oversight" }, "reply": { "tool_calls": [{ "name": "continue", "arguments": {} }] } },
     { "when": { "phase": "dialogue", "role": "coding", "nth": 1 }, "reply": { "content": "By hand." } },
     { "when": { "phase": "dialogue", "role": "coding" }, "reply": { "content": "AGREED\\nBy hand, with tests." } },
     { "when": { "phase": "consultation" }, "reply": { "content": "Write it by hand.\\n" } }]
    """
  private static let thinker = """
    [{ "when": { "role": "reasoning" }, "reply": { "content": "AGREED\\nTests are needed." } },
     { "when": { "role": "analysis" }, "reply": { "content": "I have measured it." } }]
    """

  @Test func modelsOnTwoServersAgree() async throws {
    let place = try await Place(Self.coder, other: Self.thinker)
    let words = await place.run("dialogue", "Which", "parser?")
    Snapshot("dialogue.txt").expect(words.output)
    #expect(words.exitCode == 0)
    #expect(words.errors.contains("reasoning: thinker:32b on two"))
    #expect(words.errors.contains("arbiter: judge:14b on one"))
    #expect(place.folder.names() == ["autonomy.json"])
  }

  @Test func turnsAndResultAreJSONLines() async throws {
    let place = try await Place(Self.coder, other: Self.thinker)
    let lines = await place.run("dialogue", "Which parser?", "--json")
    let tokens = try lines.result["prompt_tokens"]?.integer
    #expect(tokens.map { $0 > 0 } == true)
    Snapshot("dialogue.jsonl").expect(
      lines.output.replacing("\"prompt_tokens\":\(tokens ?? 0)", with: "\"prompt_tokens\":N")
    )
    #expect(try lines.result["calls"] == 6)
  }

  @Test func nobodyWatchesWhereNobodyIsToWatch() async throws {
    let place = try await Place(Self.coder, other: Self.thinker)
    let lines = await place.run("dialogue", "Which parser?", "--unwatched", "--json")
    #expect(try lines.result["calls"] == 3)
    #expect(place.asked(0).allSatisfy { !$0.hasPrefix("[phase=oversight") })
  }

  @Test func theArbiterDrawsInAThird() async throws {
    let rules = """
      [{ "when": { "phase": "oversight", "nth": 1 },
         "reply": { "tool_calls": [{ "name": "redirect", "arguments": { "to": "analysis", "reason": "Measure." } }] } },
       { "when": { "phase": "oversight", "nth": 2 },
         "reply": { "tool_calls": [{ "name": "modify", "arguments": { "message": "Be brief." } }] } },
       { "when": { "phase": "oversight" },
         "reply": { "content": "{\\"name\\": \\"stop\\", \\"arguments\\": {\\"outcome\\": \\"no_agreement\\", \\"summary\\": \\"Enough.\\"}}" } },
       { "when": { "role": "coding" }, "reply": { "content": "By hand." } }]
      """
    let place = try await Place(rules, other: Self.thinker)
    let words = await place.run("dialogue", "Which parser?", "--roles", "coding,reasoning,analysis")
    Snapshot("dialogue-watched.txt").expect(words.output)
    #expect(words.exitCode == 0)
    #expect(place.asked(1).last?.contains("`analysis` says:\n\nBe brief.") == true)
  }

  @Test func anArbiterWithoutToolsIsToldHowToWriteCalls() async throws {
    let place = try await Place(Self.coder, other: Self.thinker, capabilities: "[]")
    let lines = await place.run("dialogue", "Which parser?", "--json", "--turns", "1")
    let oversight = place.servers[0].chatRequests.last
    #expect(oversight?.body["tools"] == nil)
    #expect(try lines.result["outcome"] == "turn_limit")
    #expect(lines.exitCode == 3)
  }

  @Test func modelsThatNeverAgreeEndWithTheTurns() async throws {
    let rules =
      #"[{ "when": { "phase": "oversight" }, "reply": { "content": "Fine." } }, { "reply": { "content": "No." } }]"#
    let place = try await Place(rules, other: #"[{ "reply": { "content": "Yes." } }]"#)
    let words = await place.run("dialogue", "Which parser?", "--turns", "3")
    #expect(words.output.contains("They did not agree in 3 turns."))
    #expect(words.output.contains("The arbiter did not decide: The overseer's answer holds no decision."))
    #expect(words.exitCode == 3)
  }

  @Test func aSilentModelIsAFailure() async throws {
    let place = try await Place(Self.coder, other: #"[{ "reply": { "content": "" } }]"#)
    let lines = await place.run("dialogue", "Which parser?", "--json")
    #expect(try lines.result["outcome"] == "failure")
    #expect(try lines.result["summary"] == "'reasoning' answered without a word.")
    #expect(lines.exitCode == 9)
  }

  @Test func oneModelIsConsulted() async throws {
    let place = try await Place(Self.coder)
    try place.folder.write("Use tabs.\n", to: "AGENTS.md")
    try place.folder.write("# A parser\n", to: "MASTER_PLAN.md")
    let words = await place.run("consult", "coding", "Which", "parser?")
    #expect(words.output == "Write it by hand.\n")
    #expect(words.errors.contains("coding: coder:32b on one"))
    #expect(words.exitCode == 0)
    let asked = try #require(place.asked(0).first)
    #expect(asked.hasPrefix("[phase=consultation role=coding attempt=1]\n\n## Question\n\nWhich parser?\n"))
    #expect(asked.contains("Use tabs.") && asked.contains("# A parser"))
    #expect(place.folder.names() == ["AGENTS.md", "MASTER_PLAN.md", "autonomy.json"])
    let lines = await place.run("consult", "coding", "Which parser?", "--json")
    #expect(try lines.result["answer"] == "Write it by hand.\n")
    #expect(try lines.result["model"] == "coder:32b")
  }

  @Test func whatIsHiddenOrTooLongIsNotTold() async throws {
    let place = try await Place(Self.coder)
    try place.folder.write("secret\n", to: "AGENTS.md")
    try place.folder.write("AGENTS.md\n", to: ".autonomyignore")
    try place.folder.write(String(repeating: "a line of the plan\n", count: 20_000), to: "MASTER_PLAN.md")
    #expect(await place.run("consult", "coding", "Which parser?").exitCode == 0)
    let asked = try #require(place.asked(0).first)
    #expect(!asked.contains("secret"))
    #expect(asked.contains("more bytes were left out here.]"))
  }

  @Test func aSpecialistMayReadFiles() async throws {
    let rules = """
      [{ "when": { "nth": 1 }, "reply": { "tool_calls": [{ "name": "read_file", "arguments": { "path": "a.txt" } }] } },
       { "when": { "last_role": "tool", "last_contains": "forty-two" }, "reply": { "content": "It is in a.txt." } }]
      """
    let place = try await Place(rules)
    try place.folder.write("forty-two\n", to: "a.txt")
    let words = await place.run("consult", "coding", "Where is it?")
    #expect(words.output == "It is in a.txt.\n", "\(words.errors)")
  }

  @Test func aStructuredAnswerIsPutIntoWords() async throws {
    let answer = #"{\"root_cause\": \"A race.\", \"recommendation\": \"A lock.\", \"next_steps\": [\"Add it.\"]}"#
    let place = try await Place("[]", other: #"[{ "reply": { "content": "\#(answer)" } }]"#)
    let words = await place.run("consult", "reasoning", "Why?")
    #expect(words.output == "root cause: A race.\nrecommendation: A lock.\nnext steps:\n- Add it.\n")
  }

  @Test func silenceIsNoAnswer() async throws {
    let place = try await Place(#"[{ "reply": { "content": "" } }]"#)
    let lines = await place.run("consult", "coding", "Why?", "--json")
    #expect(try lines.result["message"] == "'coding' answered without a word.")
    #expect(lines.exitCode == 9)
  }

  @Test func theProjectCanBeElsewhere() async throws {
    let place = try await Place(Self.coder)
    try place.folder.write("# Elsewhere\n", to: "other/MASTER_PLAN.md")
    try place.folder.write(place.folder.text(of: "autonomy.json") ?? "", to: "other/autonomy.json")
    #expect(await place.run("consult", "-C", "other", "coding", "Which parser?").exitCode == 0)
    #expect(place.asked(0).first?.contains("# Elsewhere") == true)
  }

  @Test(arguments: ["consult coding", "dialogue"])
  func aSignalEndsTheWaiting(command: String) async throws {
    let place = try await Place(#"[{ "fault": { "kind": "hang" } }]"#)
    let script = "echo $$ >pid; exec $PROGRAM \(command) 'Which parser?' --json"
    async let running = Program.shell(script, in: place.folder.path)
    _ = try await place.servers[0].nextRequest()
    let text = try #require(place.folder.text(of: "pid"))
    kill(try #require(Int32(text.trimmingSpaces())), SIGINT)
    let ended = try await running
    #expect(ended.exitCode == 130)
    #expect(ended.output.text.contains(#""message":"Interrupted.","exit_code":130"#), "\(ended.output.text)")
  }

  @Test(arguments: [["consult", "reasoning", "Why?"], ["dialogue", "Why?"]])
  func aMissingModelIsNamed(words: [String]) async throws {
    let place = try await Place(Self.coder)
    let invocation = await Invocation(
      words: words + ["-c", "models.reasoning=nothing:1b", "--json"],
      in: place.folder.path
    )
    #expect(invocation.exitCode == 2)
    let message = try #require(try invocation.result["message"]?.string)
    #expect(message.contains("nothing:1b") && message.hasSuffix("It is the model of 'models.reasoning'."))
    #expect(place.servers.allSatisfy { $0.chatRequests.isEmpty })
  }

  @Test func aServerThatIsNotThereIsUnavailable() async throws {
    let folder = try TemporaryDirectory()
    let environment = ["OLLAMA_HOST": "http://127.0.0.1:1"]
    let invocation = await Invocation("consult", "coding", "Why?", in: folder.path, environment: environment)
    #expect(invocation.exitCode == 6)
  }

  @Test(arguments: [
    (["consult", "arbiter", "x"], "Please provide"), (["consult", "coding", " "], "The question is empty."),
    (["dialogue", "x", "--roles", "coding"], "'--roles' needs two roles at least."),
    (["dialogue", "x", "--roles", "coding,coding"], "different roles separated by commas"),
    (["dialogue", "x", "--roles", "coding,nobody"], "different roles separated by commas"),
    (["dialogue", "x", "--turns", "0"], "must be from 1 to 100"), (["dialogue"], "Missing expected argument"),
  ])
  func wrongWordsAreRefused(words: [String], message: String) async {
    let outcome = await Autonomy.execute(words, columns: 100)
    #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
    #expect(outcome.exitCode == .usage)
  }

  @Test func aSpecialistIsToldWhatItSaidInTheLastRun() async throws {
    let place = try await Place(Self.coder)
    #expect(await place.run("consult", "coding", "--recall", "Why?").errors.contains("there is nothing to recall"))
    let state = StateFolder(ofProject: place.folder.path)
    try state.make()
    let store = try StateManager(path: state.database)
    func consultation(_ role: String, _ query: String, isRepeated: Bool = false) -> Event {
      .consultation(
        ConsultationEvent(
          step: 1,
          role: role,
          query: query,
          context: "",
          progress: "p",
          answer: "Answer to \(query)",
          isRepeated: isRepeated
        )
      )
    }
    let run = RunRecord(id: RunID(number: 1), mode: "orchestrated", limits: RunLimits())
    try await store.commit(
      [.runStarted(run)],
      [
        consultation("coding", "How?"), consultation("reasoning", "Who?"),
        consultation("coding", "How?", isRepeated: true),
      ]
    )
    #expect(await place.run("consult", "coding", "Why?").exitCode == 0)
    #expect(await place.run("consult", "coding", "--recall", "Why?").exitCode == 0)
    let contents = place.servers[0].chatRequests.map { $0.messages.dropFirst().compactMap { $0["content"]?.string } }
    #expect(contents.map(\.count) == [1, 3])
    #expect(contents.last?.dropLast() == ["How?", "Answer to How?"])
  }
}
