import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Unified

/// A project in a folder of its own that is run against a simulated server.
final class TestProject: Sendable {
  let folder: TemporaryDirectory
  let sink = RecordingEventSink()

  /// One file to write, and one check that says whether it is right.
  static let small: [String: String] = [
    "MASTER_PLAN.md": "# Plan\n\nWrite the word good into out.txt.\n",
    "test.sh": "test \"$(cat out.txt)\" = good && echo '1 passed, 0 failed'\n",
  ]

  init(_ files: [String: String] = small) throws {
    folder = try TemporaryDirectory()
    for (path, text) in files { try folder.write(text, to: path) }
  }

  /// Limits that are enough on a busy machine, and no longer.
  static let quick = [
    "limits.server_patience=1s", "limits.connect=5s", "limits.load=10s", "limits.first_token=10s", "limits.idle=10s",
    "limits.step_model_calls=6", "limits.check_time=2m",
  ]

  /// Limits short enough for a test that waits for a server.
  static let impatient = ["limits.load=400ms", "limits.first_token=400ms", "limits.idle=400ms"]

  /// Takes the secrets of the environment along.
  func configuration(
    url: String,
    _ overrides: [String] = [],
    environment: [String: String] = [:]
  ) throws -> Configuration {
    let secrets = environment.filter { SecretMask.isSecret($0.key) }
    return try Configuration.load(
      project: folder.path,
      environment: secrets.merging(["OLLAMA_HOST": url, "XDG_CONFIG_HOME": folder.appending("none")]) { $1 },
      overrides: (Self.quick + overrides).map { try ConfigurationOverride($0) }
    )
  }

  /// Runs against a server that plays `rules`, on top of a well-behaved model for everything else.
  func run(
    _ rules: [JSONValue] = [],
    wellBehaved: Bool = true,
    seed: Int = 1,
    overrides: [String] = [],
    settings: RunSettings = RunSettings(),
    environment: [String: String] = TestProject.environment,
    models: [JSONValue] = [],
    isPlayed: Bool = true
  ) async throws -> ResultEvent {
    let all = rules + (wellBehaved ? Self.goodRules : [])
    let model: JSONValue = ["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]
    let scenario = try Scenario(parsing: [
      "models": .array([model] + models), "seed": .integer(seed), "rules": .array(all),
    ])
    let simulator = try await OllamaSimulator(scenario: scenario, port: 0)
    do {
      let result = try await run(
        url: simulator.url,
        overrides: overrides,
        settings: settings,
        environment: environment,
        isPlayed: isPlayed
      )
      await simulator.stop()
      return result
    } catch {
      await simulator.stop()
      throw error
    }
  }

  // What the one who runs the tests has measured of models has no part in them.
  static let environment = [
    "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", "XDG_DATA_HOME": "/nonexistent",
  ]

  func run(
    url: String,
    overrides: [String] = [],
    settings: RunSettings = RunSettings(),
    environment: [String: String] = TestProject.environment,
    isPlayed: Bool = true
  ) async throws -> ResultEvent {
    let factory = RunFactory(
      project: folder.path,
      configuration: try configuration(url: url, overrides, environment: environment),
      environment: environment,
      sinks: [sink]
    )
    let result = try await factory.run(settings, command: "test")
    // A run that was cancelled is played all the same.
    guard isPlayed else { return result }
    try await Task { try await expectReplay() }.value
    return result
  }

  /// A model that does everything right at once.
  static let goodRules: [JSONValue] = [
    rule(["phase": "planning"], [plan(["out.txt"])]),
    rule(["phase": "coding"], [write("out.txt", "good\n"), finish]),
    rule(["phase": "debugging"], [write("out.txt", "good\n"), finish]),
    rule(["phase": "qa"], [approve("out.txt")]),
    rule(["phase": "documentation"], [finish]),
  ]

  static let finish = call("finish", ["summary": "Done."])

  static func rule(_ when: JSONValue, _ calls: [JSONValue], times: Int? = nil) -> JSONValue {
    var rule: JSONObject = ["when": when, "reply": ["tool_calls": .array(calls)]]
    rule["times"] = times.map { .integer($0) }
    return .object(rule)
  }

  static func fault(_ when: JSONValue, _ fault: JSONValue, times: Int? = nil) -> JSONValue {
    var rule: JSONObject = ["when": when, "fault": fault]
    rule["times"] = times.map { .integer($0) }
    return .object(rule)
  }

  static func call(_ name: String, _ arguments: JSONValue) -> JSONValue {
    ["name": .string(name), "arguments": arguments]
  }

  static func write(_ path: String, _ content: String) -> JSONValue {
    call("write_file", ["path": .string(path), "content": .string(content)])
  }

  static func approve(_ path: String) -> JSONValue { call("approve", ["path": .string(path)]) }

  static func plan(_ targets: [String]) -> JSONValue {
    let tasks = targets.map { target in
      ["description": .string("Write \(target)."), "target_files": [.string(target)]] as JSONValue
    }
    return call("plan_tasks", ["tasks": .array(tasks)])
  }

  /// The state as it is on disk after the run.
  func state() async throws -> PipelineState {
    try StateManager(path: StateFolder(ofProject: folder.path).database).state
  }
}
