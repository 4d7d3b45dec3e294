import JSON
import TestSupport
import Testing

@testable import Pipeline

@Suite struct ConfigurationLoadTests {
  @Test func hasDefaultsWithoutAnyFile() throws {
    let configuration = try ConfigurationFolder().load()
    #expect(configuration.servers == [ServerSettings(name: "default")])
    #expect(configuration.servers.first?.address.url == "http://127.0.0.1:11434")
    #expect(configuration.models == ModelSettings.standard)
    #expect(configuration.limits == LimitSettings())
    #expect(configuration.checks == CheckSettings())
    #expect(configuration.sandbox == .auto)
    #expect(configuration.origins.isEmpty)
    #expect(configuration.apiKeys.isEmpty)
  }

  @Test func readsEveryPartOfAProjectsFile() throws {
    let configuration = try ConfigurationFolder(
      project: """
        {
          // Two machines.
          servers: {
            gpu: { url: "http://192.168.1.20:11434", keep_alive: "30m" },
            small: 'small.local',
          },
          models: {
            coding: "qwen2.5-coder:14b",
            qa: { name: "qwen2.5:14b", server: "gpu", num_ctx: 32768, temperature: 0.2, think: false },
          },
          checks: {
            network: true,
            commands: [{ name: "unit", command: ["npm", "test"], timeout: "90s", directory: "web" }],
          },
          limits: { task_attempts: 3, run_time: "1h30m", run_tokens: 100000, run_model_calls: null },
          sandbox: "require",
        }
        """
    ).load()
    #expect(
      configuration.servers == [
        ServerSettings(
          name: "gpu",
          address: try #require(ServerAddress("http://192.168.1.20:11434")),
          keepAlive: KeepAlive(.seconds(1800))
        ),
        ServerSettings(name: "small", address: try #require(ServerAddress("http://small.local:11434"))),
      ]
    )
    #expect(configuration[.coding] == ModelSettings(name: "qwen2.5-coder:14b"))
    #expect(
      configuration[.qa]
        == ModelSettings(name: "qwen2.5:14b", server: "gpu", numContext: 32_768, temperature: 0.2, thinks: false)
    )
    #expect(configuration.checks.network)
    #expect(
      configuration.checks.commands == [
        CheckDefinition(name: "unit", arguments: ["npm", "test"], directory: "web", timeLimit: .seconds(90))
      ]
    )
    #expect(configuration.limits.taskAttempts == 3)
    #expect(configuration.limits.runTime == .seconds(5400))
    #expect(configuration.limits.runTokens == 100_000)
    #expect(configuration.limits.runModelCalls == nil)
    #expect(configuration.sandbox == .require)
  }

  @Test func flagsWinOverProjectOverUserOverDefaults() throws {
    let folder = try ConfigurationFolder(
      project: #"{"limits": {"task_attempts": 2, "reads_in_a_row": 2}}"#,
      user: #"{"limits": {"task_attempts": 3, "reads_in_a_row": 3, "malformed_in_a_row": 4}}"#
    )
    let configuration = try folder.load("limits.task_attempts=1")
    #expect(configuration.limits.taskAttempts == 1)
    #expect(configuration.limits.readsInARow == 2)
    #expect(configuration.limits.malformedInARow == 4)
    #expect(configuration.limits.stepModelCalls == 40)
  }

  @Test func tellsWhereEachValueCameFrom() throws {
    let folder = try ConfigurationFolder(
      project: "{\n  limits: {\n    idle: '3m' },\n  models: {\n    coding: 'a' }\n}",
      user: "{\n sandbox: 'off' }"
    )
    let configuration = try folder.load(environment: ["OLLAMA_HOST": "gpu"], "limits.connect=5s")
    #expect(
      configuration.origins == [
        "limits.idle": .project(file: folder.directory.appending("project/autonomy.json"), line: 3),
        "models.coding.name": .project(file: folder.directory.appending("project/autonomy.json"), line: 5),
        "sandbox": .user(file: folder.directory.appending("home/.config/autonomy/config.json"), line: 2),
        "servers.default.url": .environment("OLLAMA_HOST"),
        "limits.connect": .flag("-c"),
      ]
    )
    #expect(configuration.origin(of: "limits.load") == .standard)
  }

  @Test func readsTheUsersFileFromXDGConfigHome() throws {
    let folder = try ConfigurationFolder(user: "{sandbox: 'off'}")
    try folder.directory.write("{sandbox: 'require'}", to: "xdg/autonomy/config.json")
    let absolute = ["XDG_CONFIG_HOME": folder.directory.appending("xdg")]
    #expect(try folder.load(environment: absolute).sandbox == .require)
    #expect(try folder.load(environment: ["XDG_CONFIG_HOME": "xdg"]).sandbox == .off)
    #expect(try folder.load(environment: ["HOME": ""]).sandbox == .auto)
  }

  @Test func theHostOfTheEnvironmentReplacesTheOnlyServer() throws {
    let folder = try ConfigurationFolder(project: "{servers: {gpu: {url: 'a:1', keep_alive: -1}}}")
    let configuration = try folder.load(environment: ["OLLAMA_HOST": "b:2"])
    #expect(configuration.servers.map { $0.name } == ["gpu"])
    #expect(configuration.servers.first?.address.url == "http://b:2")
    #expect(configuration.servers.first?.keepAlive == .forever)
  }

  @Test func theHostOfTheEnvironmentIsTheDefaultServerBesideSeveral() throws {
    let folder = try ConfigurationFolder(project: "{servers: {one: 'a', two: 'b'}}")
    let configuration = try folder.load(environment: ["OLLAMA_HOST": "c"])
    #expect(configuration.servers.map { $0.name } == ["one", "two", "default"])
  }

  @Test(arguments: ["", "  "])
  func anEmptyHostIsNone(_ host: String) throws {
    #expect(try ConfigurationFolder().load(environment: ["OLLAMA_HOST": host]).origins.isEmpty)
  }

  @Test func flagsAreJSONOrPlainText() throws {
    let configuration = try ConfigurationFolder().load(
      "limits.run_time=none",
      "limits.run_steps=12",
      "models.qa=123",
      "models.analysis={name: 'x', think: true}",
      "checks.network=true",
      "servers.my.host.local.url=https://h",
      "limits={idle: '5s', load: '6s'}"
    )
    #expect(configuration.limits.runTime == nil)
    #expect(configuration.limits.runSteps == 12)
    #expect(configuration[.qa] == ModelSettings(name: "123"))
    #expect(configuration[.analysis] == ModelSettings(name: "x", thinks: true))
    #expect(configuration.checks.network)
    #expect(configuration.servers.map { $0.name } == ["my.host.local"])
    #expect(configuration.limits.idle == .seconds(5))
    #expect(configuration.limits.load == .seconds(6))
  }

  @Test func theLastOfTwoEqualFlagsWins() throws {
    #expect(try ConfigurationFolder().load("limits.run_steps=1", "limits.run_steps=2").limits.runSteps == 2)
  }

  @Test func aModelNamedAnewForgetsTheSettingsOfTheFormer() throws {
    let folder = try ConfigurationFolder(
      project: "{models: {reasoning: 'other', coding: {temperature: 0.5}}}",
      user:
        "{models: {coding: {name: 'mine', num_ctx: 4096}, reasoning: {server: 'x', think: true}}, servers: {x: 'x'}}"
    )
    let configuration = try folder.load()
    #expect(configuration[.reasoning] == ModelSettings(name: "other"))
    #expect(configuration[.coding] == ModelSettings(name: "mine", numContext: 4096, temperature: 0.5))
    #expect(configuration.origins["models.reasoning.server"] == nil)
  }

  @Test func takesTheKeyOfTheServerFromTheEnvironmentAndHidesIt() throws {
    let environment = ["OLLAMA_API_KEY": "sk-0123456789", "OPENAI_API_KEY": "sk-9876543210"]
    let configuration = try ConfigurationFolder().load(environment: environment)
    #expect(configuration.apiKeys.mapValues { $0.value } == [.ollama: "sk-0123456789", .openai: "sk-9876543210"])
    #expect("\(configuration)".contains("sk-0123456789") == false)
    #expect(configuration.secrets.mask("key sk-0123456789.") == "key [hidden].")
  }

  @Test func readsTheKindOfAServer() throws {
    let folder = try ConfigurationFolder(project: "{servers: {box: {kind: 'openai', url: 'http://box:8080/v1'}}}")
    let configuration = try folder.load(environment: ["OLLAMA_HOST": "gpu:1"])
    // The address of an Ollama server is none of a server of another kind.
    #expect(
      configuration.servers == [
        ServerSettings(name: "box", kind: .openai, address: try #require(ServerAddress("http://box:8080/v1"))),
        ServerSettings(name: "default", address: try #require(ServerAddress("gpu:1"))),
      ]
    )
  }

  @Test func anEmptyKeyIsNone() throws {
    #expect(try ConfigurationFolder().load(environment: ["OLLAMA_API_KEY": ""]).apiKeys.isEmpty)
  }
}
