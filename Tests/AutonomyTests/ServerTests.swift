import JSON
import OllamaSimulator
import TestSupport
import Testing

@testable import autonomy

/// The commands that ask model servers, each with a simulated one.
@Suite struct ServerTests {
  private static let scenario = """
    { "models": [
        { "name": "coder:32b", "context_length": 32768, "capabilities": ["tools"] },
        { "name": "thinker:14b", "context_length": 16384, "capabilities": ["tools", "thinking"] },
        { "name": "talker:8b", "context_length": 4096, "capabilities": [] } ] }
    """

  private func server() async throws -> OllamaSimulator {
    try await OllamaSimulator(scenario: try Scenario(parsing: JSONValue(parsing: Self.scenario)))
  }

  private static let absent = "http://127.0.0.1:1"

  @Test func modelsAreListedWithWhatTheyAreAskedFor() async throws {
    let (server, folder) = (try await server(), try TemporaryDirectory())
    try folder.write(
      #"{ models: { coding: "coder:32b", reasoning: "thinker:14b", arbiter: "thinker:14b", interpreter: "talker:8b" } }"#,
      to: "autonomy.json"
    )
    let environment = ["OLLAMA_HOST": server.url]
    let words = await Invocation("models", in: folder.path, environment: environment)
    Snapshot("models.txt").expect(words.output.replacing(server.url, with: "http://127.0.0.1:PORT"))
    let lines = await Invocation("models", "--json", in: folder.path, environment: environment)
    Snapshot("models.jsonl").expect(lines.output)
    #expect(lines.exitCode == 0)
  }

  /// A server that speaks OpenAI's protocol, with the settings that name it in a folder.
  private func openAI(_ settings: String) throws -> (RawServer, TemporaryDirectory) {
    let server = RawServer { connection in
      while let request = connection.readRequest() {
        let list = #"{"object":"list","data":[{"id":"org/coder-32b","object":"model","max_model_len":40960}]}"#
        if request.hasPrefix("GET /v1/models ") {
          connection.answer(list)
        } else {
          connection.answer(#"{"detail":"Not Found"}"#, status: "404 Not Found")
        }
      }
    }
    let folder = try TemporaryDirectory()
    try folder.write(settings.replacing("URL", with: server.url), to: "autonomy.json")
    return (server, folder)
  }

  @Test func modelsOfAServerOfOpenAIsProtocolAreListed() async throws {
    let (server, folder) = try openAI(
      #"{ servers: { box: { kind: "openai", url: "URL/v1" } }, models: { coding: "org/coder-32b" } }"#
    )
    let words = await Invocation("models", in: folder.path)
    #expect(words.exitCode == 0)
    #expect(words.output.contains("box  \(server.url) (openai)\n"))
    #expect(words.output.contains("40,960"))
    let doctor = await Invocation("doctor", in: folder.path)
    #expect(doctor.output.contains("'org/coder-32b:latest' on 'box'"))
  }

  @Test func doctorProposesNoPullWhereNoServerIsOllama() async throws {
    let (server, folder) = try openAI(#"{ servers: { box: { kind: "openai", url: "URL" } }, models: { coding: "x" } }"#)
    let doctor = await Invocation("doctor", "--json", in: folder.path)
    #expect(doctor.output.contains("Start a server with it"))
    #expect(!doctor.output.contains("ollama pull"))
    withExtendedLifetime(server) {}
  }

  @Test func initKeepsTheKindOfAServer() async throws {
    let (server, folder) = try openAI(#"{ servers: { box: { kind: "openai", url: "URL" } } }"#)
    let environment = ["XDG_CONFIG_HOME": "\(folder.path)/user"]
    try folder.write(folder.text(of: "autonomy.json") ?? "", to: "user/autonomy/config.json")
    let invocation = await Invocation("init", "new", in: folder.path, environment: environment)
    #expect(invocation.exitCode == 0)
    let written = folder.text(of: "new/autonomy.json") ?? ""
    #expect(written.contains(#""box": { "kind": "openai", "url": "\#(server.url)" }"#), "\(written)")
  }

  @Test func withoutAnyServerModelsIsUnavailable() async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation("models", "--json", in: folder.path, environment: ["OLLAMA_HOST": Self.absent])
    #expect(invocation.exitCode == 6)
    #expect(try invocation.result["exit_code"]?.integer == 6)
  }

  @Test func initWritesWhatIsMissingAndProposesRoles() async throws {
    let (server, folder) = (try await server(), try TemporaryDirectory())
    let invocation = await Invocation("init", "new", in: folder.path, environment: ["OLLAMA_HOST": server.url])
    #expect(invocation.exitCode == 0)
    #expect(folder.text(of: "new/MASTER_PLAN.md")?.hasPrefix("# new\n") == true)
    let settings = try #require(folder.text(of: "new/autonomy.json"))
    Snapshot("autonomy.json").expect(settings.replacing(server.url, with: "http://127.0.0.1:PORT"))
    let config = try await Invocation("config", "new", "--json", "--show-origin", in: folder.path).lines
    let coding = config.first { $0["key"] == "models.coding.name" }
    #expect(coding?["value"] == "coder:32b")
  }

  @Test func initWritesOverNothing() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("# Mine\n", to: "MASTER_PLAN.md")
    try folder.write("{}", to: "autonomy.json")
    let invocation = await Invocation("init", in: folder.path, environment: ["OLLAMA_HOST": Self.absent])
    #expect(invocation.exitCode == 0)
    #expect(invocation.output.contains("'MASTER_PLAN.md' is there already and stays."))
    #expect(folder.text(of: "MASTER_PLAN.md") == "# Mine\n")
    #expect(folder.text(of: "autonomy.json") == "{}")
  }

  @Test func initWorksWithoutAServer() async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation("init", in: folder.path, environment: ["OLLAMA_HOST": Self.absent])
    #expect(invocation.exitCode == 0)
    #expect(invocation.output.contains("connection"))
    #expect(folder.text(of: "autonomy.json")?.contains("// No server has answered, so these are the defaults.") == true)
    #expect(await Invocation("config", in: folder.path).exitCode == 0)
  }

  @Test func doctorFindsWhatIsWrong() async throws {
    let (server, folder) = (try await server(), try TemporaryDirectory())
    try folder.write("# A plan\n", to: "MASTER_PLAN.md")
    try folder.write("exit 0\n", to: "test.sh")
    try folder.write(
      #"{ models: { coding: "coder:32b", reasoning: "talker:8b", analysis: "missing" } }"#,
      to: "autonomy.json"
    )
    let invocation = await Invocation("doctor", "--json", in: folder.path, environment: ["OLLAMA_HOST": server.url])
    let texts = try invocation.lines.filter { $0["verdict"] == "bad" }.compactMap { $0["text"]?.string }
    #expect(
      texts == [
        "'talker:8b' on 'default' (planning) cannot call tools.",
        "'missing:latest' (qa, documentation) is on no server that answers.",
      ]
    )
    #expect(invocation.exitCode == 2)
  }

  @Test(
    arguments: [
      (nil, "coder:32b", nil, 0), ("true", "coder:32b", "✓ arbiter", 0), ("true", "nobody:1b", "✗ arbiter", 2),
      ("maybe", "coder:32b", "✗ mode", 2),
    ] as [(String?, String, String?, Int32)]
  )
  func doctorLooksAtTheArbiterWhereOneIsToDecide(
    _ use: String?,
    _ arbiter: String,
    _ line: String?,
    _ exitCode: Int32
  ) async throws {
    let (server, folder) = (try await server(), try TemporaryDirectory())
    try folder.write("# A plan\n", to: "MASTER_PLAN.md")
    let roles = ["coding", "reasoning", "analysis", "interpreter"].map { "\($0): 'coder:32b'" }.joined(separator: ", ")
    try folder.write("{ models: { \(roles), arbiter: '\(arbiter)' } }", to: "autonomy.json")
    var environment = ["OLLAMA_HOST": server.url]
    environment["USE_ORCHESTRATION"] = use
    let invocation = await Invocation("doctor", in: folder.path, environment: environment)
    #expect(invocation.exitCode == exitCode, "\(invocation.output)")
    if let line { #expect(invocation.output.contains(line)) } else { #expect(!invocation.output.contains("arbiter")) }
  }

  /// A phase can have another model where it is orchestrated.
  @Test(arguments: [("coder:32b", "✓ phases", 0), ("talker:8b", "✗ phases", 2)] as [(String, String, Int32)])
  func doctorLooksAtOrchestratedPhases(reasoning: String, line: String, exitCode: Int32) async throws {
    let (server, folder) = (try await server(), try TemporaryDirectory())
    try folder.write("# A plan\n", to: "MASTER_PLAN.md")
    let roles = ["coding", "analysis", "interpreter", "arbiter"].map { "\($0): 'coder:32b'" }.joined(separator: ", ")
    try folder.write("{ models: { \(roles), reasoning: '\(reasoning)' } }", to: "autonomy.json")
    let environment = ["OLLAMA_HOST": server.url, "USE_ORCHESTRATION": "true"]
    let invocation = await Invocation("doctor", in: folder.path, environment: environment)
    #expect(invocation.exitCode == exitCode, "\(invocation.output)")
    #expect(invocation.output.contains(line), "\(invocation.output)")
  }

  @Test(arguments: [(absent, 6), (nil, 0)] as [(String?, Int32)])
  func doctorIsContentWhereARunCouldBegin(_ address: String?, _ exitCode: Int32) async throws {
    let (server, folder) = (try await server(), try TemporaryDirectory())
    try folder.write("# A plan\n", to: "MASTER_PLAN.md")
    try folder.write(#"{ models: { coding: "coder:32b" } }"#, to: "autonomy.json")
    let invocation = await Invocation("doctor", in: folder.path, environment: ["OLLAMA_HOST": address ?? server.url])
    #expect(invocation.exitCode == exitCode)
    #expect(folder.names() == ["MASTER_PLAN.md", "autonomy.json"])
  }

  @Test func allThatIsWrongInTheConfigurationIsSaidAtOnce() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("{ limit: {}, sandbox: \"maybe\" }", to: "autonomy.json")
    let invocation = await Invocation("run", "--json", in: folder.path)
    #expect(invocation.errors.contains("limit"))
    #expect(invocation.errors.contains("sandbox"))
    #expect(invocation.exitCode == 2)
    #expect(try invocation.result["outcome"] == "configuration")
  }

  @Test func initSaysThatNoModelOfTheServersCanCallTools() async throws {
    let scenario = #"{ "models": [{ "name": "talker:8b", "context_length": 4096, "capabilities": [] }] }"#
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: JSONValue(parsing: scenario)))
    let folder = try TemporaryDirectory()
    let invocation = await Invocation("init", in: folder.path, environment: ["OLLAMA_HOST": server.url])
    #expect(invocation.output.contains("No server has a model that can call tools."))
    let written = folder.text(of: "autonomy.json") ?? ""
    #expect(written.contains("// No server has a model that can call tools, so these are the defaults."), "\(written)")
    #expect(!written.contains("No server has answered"))
    #expect(await Invocation("config", in: folder.path).exitCode == 0)
  }
}
