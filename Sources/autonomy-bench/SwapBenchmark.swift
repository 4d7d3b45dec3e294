import JSON
import OllamaSimulator
import Orchestration
import Pipeline
import Unified

/// How often two servers load three models, by the order in which tasks come and with work for loaded models drained.
struct SwapBenchmark {
  private static let lines = 8

  func measurements() async throws -> [Measurement] {
    let inOrder = try await loads(resident: nil)
    let drained = try await loads(resident: 1)
    return [
      Measurement(
        name: "models loaded by two servers for \(Self.lines) lines of three models",
        value: Double(drained.count),
        unit: "loads",
        yardstick: ("first come, first served", Double(inOrder.count)),
        target: "at most 0.5 times"
      ),
      Measurement(
        name: "time of that with 20 ms for a load",
        value: drained.milliseconds,
        unit: "ms",
        yardstick: ("first come, first served", inOrder.milliseconds),
        target: "less"
      ),
    ]
  }

  /// Runs the lines on simulated servers of which one has two models and room for one.
  private func loads(resident: Int?) async throws -> (count: Int, milliseconds: Double) {
    let servers = try [
      await Self.server(["scout:7b", "planner:7b"]), await Self.server(["builder:7b"]),
    ]
    let project = try ScratchProject()
    let settings = """
      { servers: { one: { url: "\(servers[0].url)", slots: 1\(resident.map { ", resident: \($0)" } ?? "") },
                   two: { url: "\(servers[1].url)", slots: 1 } },
        models: { analysis: "scout:7b", reasoning: "planner:7b", coding: "builder:7b" } }
      """
    try project.write(settings, to: "autonomy.json")
    let tasks = (1...Self.lines).map { line in
      """
      { id: "s\(line)", phase: "scout", priority: \(line), prompt: "Look." },
      { id: "p\(line)", phase: "plan", priority: \(line), prompt: "Plan.", depends_on: ["s\(line)"] },
      { id: "b\(line)", phase: "build", priority: \(line), prompt: "Build.", depends_on: ["p\(line)"] },
      """
    }
    let file = try WorkflowFile(Array("{ tasks: [\(tasks.joined())] }".utf8), path: "lines.json5")
    let environment = ["HOME": project.path]
    let desk = try WorkflowDesk(
      project: project.path,
      configuration: try Configuration.load(project: project.path, environment: environment, overrides: []),
      environment: environment,
      sinks: []
    )
    let start = ContinuousClock.now
    let report = try await desk.run(file, limits: RunLimits(), startsFresh: true, command: "autonomy-bench")
    let time = (ContinuousClock.now - start).milliseconds
    guard report.outcome == .complete else { throw ChildProcess.Failure(description: report.message) }
    return (servers.reduce(0) { $0 + $1.summary.loadCount }, time)
  }

  private static func server(_ names: [String]) async throws -> OllamaSimulator {
    let models = names.map { #"{ "name": "\#($0)", "capabilities": ["tools"], "load_ms": 20 }"# }
    let scenario = """
      { "models": [\(models.joined(separator: ", "))], "resident": 1,
        "rules": [{ "when": {}, "reply": { "content": "Done." } }] }
      """
    return try await OllamaSimulator(scenario: try Scenario(parsing: JSONValue(parsing: scenario)))
  }
}
