@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Pipeline
import SourceControl
import Synchronization
import Unified

/// A run of the bundled demo project against simulated models in this process.
struct DemoRun {
  let isOrchestrated: Bool

  /// What the models were sent.
  struct Outcome {
    let exchanges: [Exchange]
    /// What the run counted by the server's own figures, with the decision maker's reserve.
    let promptTokens: Int
  }

  /// One request, and what the project held when it was made.
  struct Exchange {
    let request: RecordedRequest
    /// The bytes of what the model said and called.
    let replyBytes: Int
    /// The bytes of all files but the plan, which is in every system prompt.
    let fileBytes: Int
  }

  private static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/demo"

  func run() async throws -> Outcome {
    let project = try ScratchProject(copying: Self.folder + "/project")
    let scenario = try scenario()
    let simulator = try await OllamaSimulator(scenario: scenario)
    let watch = FolderWatch(workspace: try Workspace(root: project.path))
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
    let models = ["reasoning=qwen2.5:32b", "analysis=qwen2.5:14b", "arbiter=qwen2.5:14b"].map { "models.\($0)" }
    let factory = RunFactory(
      project: project.path,
      configuration: try Configuration.load(
        project: project.path,
        environment: ["OLLAMA_HOST": simulator.url],
        overrides: (models + ["sandbox=off"]).map { try ConfigurationOverride($0) }
      ),
      environment: ["PATH": path],
      sinks: [watch]
    )
    var settings = RunSettings(mode: isOrchestrated ? "orchestrated" : "traditional")
    if isOrchestrated { settings.orchestrated = Set(PhaseName.allCases) }
    let result = try await factory.run(settings, command: "autonomy-bench")
    let requests = simulator.chatRequests
    await simulator.stop()
    guard result.outcome == .complete else {
      throw ChildProcess.Failure(description: "The demo ended as '\(result.outcome.rawValue)'. \(result.message)")
    }
    let sizes = watch.sizes
    guard sizes.count == requests.count else {
      throw ChildProcess.Failure(description: "\(requests.count) requests were made, \(sizes.count) journalled.")
    }
    let spent = try JournalReader.open(StateFolder(ofProject: project.path))?.state().run
    return Outcome(
      exchanges: zip(requests, sizes).map { request, size in
        let reply = request.ruleIndex.flatMap { scenario.rules[$0].reply }
        return Exchange(request: request, replyBytes: reply.map { Self.bytes(of: $0) } ?? 0, fileBytes: size)
      },
      promptTokens: (spent?.spent.promptTokens ?? 0) + (spent?.reserveSpent.promptTokens ?? 0)
    )
  }

  private static func bytes(of reply: Scenario.Reply) -> Int {
    let calls = reply.toolCalls.map { call in
      ["name": .string(call.name), "arguments": .object(call.arguments)] as JSONValue
    }
    return reply.content.utf8.count + JSONValue.array(calls).utf8().count
  }

  private func scenario() throws -> Scenario {
    var object = try file().object ?? [:]
    object["rules"] = .array(try rules())
    return try Scenario(parsing: .object(object), relativeTo: Self.folder)
  }

  private func file() throws -> JSONValue {
    try JSONValue(parsing: FileBytes.read(Self.folder + "/scenario.json") ?? [], syntax: .json5)
  }

  /// The demo's rules; in the orchestrated mode behind those of an arbiter that consults about what failed.
  private func rules() throws -> [JSONValue] {
    let rules = try file()["rules"]?.array ?? []
    guard isOrchestrated else { return rules }
    func call(_ name: String, _ arguments: JSONValue, when condition: JSONObject) -> JSONValue {
      var condition = condition
      condition["role"] = "arbiter"
      return [
        "when": .object(condition), "reply": ["tool_calls": [["name": .string(name), "arguments": arguments]]],
      ]
    }
    func change(_ phase: PhaseName, when condition: JSONObject) -> JSONValue {
      call("change_phase", ["phase": .string(phase.rawValue), "reason": "It comes next."], when: condition)
    }
    let consults = call(
      "consult_reasoning_specialist",
      ["query": "Why was the work rejected, and what has to change?"],
      when: ["last_contains": "- phase debugging", "last_role": "user"]
    )
    let order: [PhaseName] = [.qa, .coding, .documentation, .planning]
    let answer: JSONValue = [
      "when": ["phase": "consultation"],
      "reply": [
        "content": """
        {"root_cause": "A case of the plan is not handled.", "options": ["Handle it where the text is read."], \
        "recommendation": "Handle it where the text is read.", "risks": [], "next_steps": ["Run the tests."]}
        """
      ],
    ]
    return [consults, change(.debugging, when: ["last_role": "tool"])]
      + order.map { change($0, when: ["last_contains": .string("- phase \($0.rawValue)")]) } + [answer] + rules
  }
}

/// Notes how much a project holds whenever a model is asked.
private final class FolderWatch: EventSink {
  private let workspace: Workspace
  private let seen = Mutex<[Int]>([])

  init(workspace: Workspace) {
    self.workspace = workspace
  }

  var sizes: [Int] { seen.withLock { $0 } }

  func receive(_ events: [StoredEvent]) async {
    for case .modelRequest in events.map(\.event) {
      // Where the folder cannot be read, the count of the requests does not come out.
      guard let size = try? await size() else { return }
      seen.withLock { $0.append(size) }
    }
  }

  private func size() async throws -> Int {
    let scanner = ProjectScanner(workspace: workspace)
    var size = 0
    for path in try await scanner.listing().files.keys where path.text != Coordinator.planName {
      guard let bytes = try await scanner.contents(of: path) else { continue }
      if String(validating: bytes, as: UTF8.self) != nil { size += bytes.count }
    }
    return size
  }
}
