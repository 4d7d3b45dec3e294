import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

@testable import autonomy

@Suite struct RouteTests {
  private func route(_ words: String..., input: String = "") async throws -> Invocation {
    let folder = try TemporaryDirectory()
    return await Invocation(words: ["route"] + words, in: folder.path, input: input)
  }

  @Test func saysWhereATaskGoesAndWhy() async throws {
    let invocation = try await route("--type", "security_review", "--context-tokens", "2000", "--files", "a.c")
    #expect(invocation.exitCode == 0)
    #expect(invocation.output.hasPrefix("gemini-2.5-pro, strong\n"))
    #expect(invocation.output.contains("  type 9: security_review\n"))
    #expect(invocation.output.contains("claude-opus-4-5"))
  }

  @Test func asJSONItHasTheFactors() async throws {
    let invocation = try await route(
      "--policy",
      "seed",
      "--type",
      "bug_fix",
      "--context-tokens",
      "60000",
      "--files",
      "a.c",
      "--files",
      "b.c",
      "--json"
    )
    let result = try invocation.result
    #expect(result["score"] == 5 && result["tier"] == "base" && result["model"] == "gemini-2.5-pro")
    #expect(result["factors"] == ["context": 2, "type": 3, "files": 0, "history": 0])
    #expect(result["refused"]?.array?.count == 8)
    #expect(result["exit_code"] == 0)
  }

  @Test func manyTasksAreAnsweredLineByLine() async throws {
    let invocation = try await route(
      "--policy",
      "seed",
      "--jsonl",
      input: """
        {"type": "log_summary", "context_tokens": 10000, "files": ["a", "b", "c"]}
        {"type": "log_summary", "context_tokens": 10001, "files": 11}

        """
    )
    let lines = try invocation.lines
    #expect(lines.map { $0["score"]?.integer } == [1, 4])
    #expect(lines.map { $0["model"]?.string } == ["gpt-oss:120b-cloud", "gemini-2.5-pro"])
    #expect(lines.allSatisfy { $0.object?.keys == ["score", "tier", "model", "reasons", "refused"] })
    #expect(lines.allSatisfy { $0["refused"]?.array?.allSatisfy { $0["reason"]?.string?.isEmpty == false } == true })
  }

  @Test func saysWhereNoModelCanTakeATask() async throws {
    let invocation = try await route("--type", "bug_fix", "--context-tokens", "9000000", "--json")
    #expect(invocation.exitCode == 3)
    #expect(try invocation.result["model"] == .null)
    let budget = try await route("--type", "production_critical", "--budget-usd", "0.01")
    #expect(budget.exitCode == 3 && budget.output.contains("and $0.01 is left"))
  }

  @Test func choosesFromWhatTheServersHave() async throws {
    let models: [JSONValue] = ["small:7b", "large:70b"].map { ["name": .string($0), "context_length": 32768] }
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: ["models": .array(models), "rules": []]))
    let folder = try TemporaryDirectory()
    let words = ["route", "--servers", "--context-tokens", "100", "--json", "--type"]
    let environment = ["OLLAMA_HOST": server.url]
    let bug = await Invocation(words: words + ["bug_fix"], in: folder.path, environment: environment)
    #expect(try bug.result["model"] == "small:7b")
    #expect(try bug.result["refused"]?.array?.compactMap { $0["model"]?.string } == ["large:70b"])
    let critical = await Invocation(words: words + ["security_review"], in: folder.path, environment: environment)
    #expect(try critical.result["model"] == "large:70b")
    await server.stop()
    let gone = await Invocation(words: words + ["bug_fix"], in: folder.path, environment: environment)
    #expect(gone.exitCode == 6)
  }

  private func server(_ names: String...) async throws -> OllamaSimulator {
    let models = names.map { ["name": .string($0), "context_length": 32768] as JSONValue }
    return try await OllamaSimulator(scenario: try Scenario(parsing: ["models": .array(models), "rules": []]))
  }

  @Test func modelsOfAServerThatIsAwayAreRefused() async throws {
    let (here, gone) = (try await server("small:7b"), try await server("small:7b"))
    let (url, folder) = (gone.url, try TemporaryDirectory())
    let model =
      "{name: 'large:70b', server: 'gone', tiers: ['strong'], window: 9, price: 'free', as_of: '2026-11-01', source: 's'}"
    try folder.write(
      "{servers: {here: '\(here.url)', gone: '\(url)'}, router: {models: [\(model)]}}",
      to: "autonomy.json"
    )
    let words = ["route", "--servers", "--type", "bug_fix"]
    let both = await Invocation(words: words, in: folder.path)
    // Two models of one name are told apart.
    #expect(both.output.hasPrefix("small:7b on gone, weak\n"), "\(both.output)")
    #expect(both.output.contains("small:7b on here  'small:7b on gone' comes first"))
    await gone.stop()
    let one = await Invocation(words: words + ["--json"], in: folder.path)
    #expect(try one.result["model"] == "small:7b")
    #expect(one.errors.contains("Models of a server that is away are refused."))
    let refused = try one.result["refused"]?.array ?? []
    #expect(refused.map { $0["model"] } == ["large:70b"] && refused.map { $0["reason"] } == ["health"])
    await here.stop()
  }

  @Test func howTasksHaveGoneInTheProjectCounts() async throws {
    let (simulator, folder) = (try await server("small:7b", "large:70b"), try TemporaryDirectory())
    let state = StateFolder(ofProject: folder.path)
    try state.make()
    let store = try StateManager(path: state.database)
    for _ in 0..<3 {
      try await store.commit([.outcomeCounted(kind: "bug_fix", .weak, succeeded: false)], [])
    }
    let words = ["route", "--servers", "--context-tokens", "100", "--type", "bug_fix"]
    func route(_ more: String...) async -> String {
      await Invocation(words: words + more, in: folder.path, environment: ["OLLAMA_HOST": simulator.url]).output
    }
    #expect(await route().contains("history 1: 3 times a task of the kind failed on weak models"))
    #expect(await route("--failures", "1").contains("history 0: 1 time a task"))
    await simulator.stop()
  }

  @Test func aModelWhoseRequestsOfTheDayAreUsedUpIsRefused() async throws {
    let (simulator, folder) = (try await server("small:7b", "large:70b"), try TemporaryDirectory())
    let model =
      "{name: 'small:7b', tiers: ['weak'], window: 32768, price: 'free', as_of: '2026-11-01', source: 's', "
      + "requests_per_day: 2}"
    try folder.write("{servers: {here: '\(simulator.url)'}, router: {models: [\(model)]}}", to: "autonomy.json")
    let state = StateFolder(ofProject: folder.path)
    try state.make()
    let store = try StateManager(path: state.database)
    let charge = ModelCharge(day: Timestamp.now.day, model: "small:7b@here", microdollars: 0, isPriced: true)
    let words = ["route", "--servers", "--context-tokens", "100", "--type", "bug_fix", "--json"]
    for (used, model) in [(1, "small:7b"), (2, "large:70b")] {
      try await store.commit([.charged(charge)], [])
      let result = try await Invocation(words: words, in: folder.path).result
      #expect(result["model"]?.string == model, "after \(used)")
    }
    await simulator.stop()
  }

  @Test func aModelThatIsAllowedNoRequestIsRefusedWithoutServers() async throws {
    let folder = try TemporaryDirectory()
    for (requests, reason) in [(0, "quota"), (1, "rank")] {
      let model =
        "{name: 'small:7b', tiers: ['weak'], window: 32768, price: 'free', as_of: '2026-11-01', source: 's', "
        + "capabilities: ['tools'], requests_per_day: \(requests)}"
      try folder.write("{router: {models: [\(model)]}}", to: "autonomy.json")
      let result = try await Invocation(words: ["route", "--type", "bug_fix", "--json"], in: folder.path).result
      let refused = result["refused"]?.array?.first { $0["model"]?.string == "small:7b" }
      #expect(refused?["reason"]?.string == reason)
    }
  }

  @Test func aKindThatNobodyKnowsIsSaidToBeUnknown() async throws {
    let invocation = try await route("--type", "bugfix")
    let words = "type 3: bugfix, no kind of 'router.types', so one like any other. Did you mean 'bug_fix'?"
    #expect(invocation.output.contains(words), "\(invocation.output)")
  }

  @Test(arguments: [["--failures", "1"], ["--files", "a"], ["--context-tokens", "1"]])
  func whatEachLineSaysIsNoOption(_ words: [String]) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation(words: ["route", "--jsonl"] + words, in: folder.path)
    #expect(invocation.exitCode == 2)
    #expect(invocation.errors.contains("With '--jsonl' each line says that itself; leave out '\(words[0])'."))
  }

  @Test func theEnvironmentIsHeard() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("{other_type: 9}", to: "router.json")
    let environment = ["MODEL_ROUTER_CONFIG_PATH": "router.json", "PREFER_FREE_TIER": "false"]
    let invocation = await Invocation(
      words: ["config", "--show-origin"],
      in: folder.path,
      environment: environment
    )
    #expect(invocation.output.contains("MODEL_ROUTER_CONFIG_PATH"))
    #expect(invocation.output.contains("PREFER_FREE_TIER"))
    let route = await Invocation(
      words: ["route", "--type", "x", "--json"],
      in: folder.path,
      environment: environment
    )
    #expect(try route.result["score"] == 9)
  }

  @Test(arguments: [
    (["--context-tokens", "1"], "", "Give either '--type <kind>' or '--jsonl'."),
    (["--type", "x", "--context-tokens", "-1"], "", "must be at least 0, not -1."),
    (["--jsonl"], "{}", "Line 1 of the input: 'type' must be a kind of task"),
    (["--jsonl"], "{\"type\": \"x\", \"context_tokens\": 1, \"files\": -1}", "'files' must be a list of files"),
    (["--jsonl"], "{", "Line 1 of the input, column"),
    (["--type", "x", "--budget-usd", "much"], "", "an amount of dollars"),
    (["--type", "x", "--policy", "best"], "", "'best'"),
  ])
  func refusesWhatCannotBe(_ words: [String], _ input: String, _ message: String) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation(words: ["route"] + words, in: folder.path, input: input)
    #expect(invocation.exitCode == 2)
    #expect(invocation.errors.contains(message), "\(invocation.errors)")
  }
}
