import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Unified

/// A project whose tasks each write files of their own, run with several jobs against a simulated server.
struct JobsProject {
  /// One task, and what its model writes.
  struct Item {
    var targets: [String]
    var dependsOn: [Int] = []
    var writes: [String: String]
    /// How long each of its answers takes, in milliseconds.
    var delay = 0
  }

  let project: TestProject
  let items: [Item]
  /// Tried before the rules that do everything right.
  var rules: [JSONValue] = []
  /// Hears of every event, before the run goes on.
  var onEvent: @Sendable (Event) -> Void = { _ in }
  /// Hears of every answer while it arrives.
  var onProgress: @Sendable (StreamProgress) -> Void = { _ in }
  /// A task whose checks wait until the first file of another is in the project.
  var held: (task: Int, until: Int)?
  var overrides: [String] = []
  /// What the server has.
  var models: [JSONValue] = [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]]
  /// How many of these fit on it at once; nil for all.
  var resident: Int?

  /// A check passes that looks at the files with `script`.
  init(_ items: [Item], files: [String: String] = [:], check script: String = "true") throws {
    self.items = items
    let names = items.map { $0.targets.joined(separator: ", ") }.joined(separator: "; ")
    let own = ["MASTER_PLAN.md": "# Plan\n\nWrite \(names).\n", "test.sh": "\(script) && echo '1 passed, 0 failed'\n"]
    project = try TestProject(own.merging(files) { $1 })
  }

  /// Tasks that depend on each other in `count` different ways, each with a file of its own.
  static func mixed(_ count: Int, delay: Int) -> [Item] {
    (1...count).map { number in
      let dependsOn: [Int] =
        switch number % 4 {
        case 0: [number - 3, number - 1]
        case 3: number > 4 ? [number - 4] : []
        default: []
        }
      return Item(
        targets: ["f\(number).txt"],
        dependsOn: dependsOn,
        writes: ["f\(number).txt": "ok \(number)\n"],
        delay: delay
      )
    }
  }

  private func scenario() throws -> Scenario {
    let tasks = items.enumerated().map { index, item in
      [
        "description": .string("Task \(index + 1)."),
        "target_files": .array(item.targets.map { .string($0) }),
        "depends_on": .array(item.dependsOn.map { .integer($0) }),
      ] as JSONValue
    }
    var rules = rules
    rules.append(TestProject.rule(["phase": "planning"], [TestProject.call("plan_tasks", ["tasks": .array(tasks)])]))
    for (index, item) in items.enumerated() {
      let task = JSONValue.string("t\(index + 1)")
      let writes = item.writes.sorted { $0.key < $1.key }.map { TestProject.write($0, $1) }
      for phase in ["coding", "debugging"] {
        rules.append(Self.rule(["phase": .string(phase), "task": task], writes + [TestProject.finish], item.delay))
      }
      let paths = Set(item.targets + item.writes.keys).sorted()
      rules.append(
        Self.rule(["phase": "qa", "task": task], paths.map { TestProject.approve($0) }, item.delay)
      )
    }
    rules.append(TestProject.rule(["phase": "documentation"], [TestProject.finish]))
    var scenario: JSONObject = ["models": .array(models), "seed": 1, "rules": .array(rules)]
    scenario["resident"] = resident.map { .integer($0) }
    return try Scenario(parsing: .object(scenario))
  }

  static func rule(_ when: JSONValue, _ calls: [JSONValue], _ delay: Int = 0, times: Int? = nil) -> JSONValue {
    var rule = TestProject.rule(when, calls, times: times).object ?? [:]
    // All calls come at once, a while before the end of the answer.
    if delay > 0 { rule["fault"] = ["kind": "slow", "ms": .integer(delay), "after_chunks": .integer(calls.count)] }
    return .object(rule)
  }

  func run(jobs: Int, settings: RunSettings = RunSettings(), in fork: String? = nil) async throws -> ResultEvent {
    try await runCountingLoads(jobs: jobs, settings: settings, in: fork).result
  }

  /// Runs to an end, and answers how often the server loaded a model; expects that the run can be played, unless it goes
  /// on with one in a fork.
  func runCountingLoads(
    jobs: Int,
    settings: RunSettings = RunSettings(),
    in fork: String? = nil
  ) async throws -> (result: ResultEvent, loads: Int) {
    let simulator = try await OllamaSimulator(scenario: try scenario(), port: 0)
    try hold()
    var settings = settings
    settings.jobs = jobs
    let factory = RunFactory(
      project: fork ?? project.folder.path,
      configuration: try project.configuration(url: simulator.url, ["sandbox=off"] + overrides),
      environment: TestProject.environment,
      sinks: [project.sink, Listener(onEvent: onEvent)],
      progress: onProgress
    )
    do {
      let result = try await factory.run(settings, command: "test")
      await simulator.stop()
      // A run that was cancelled is played all the same.
      if fork == nil { try await Task { try await project.expectReplay() }.value }
      return (result, simulator.summary.loadCount)
    } catch {
      await simulator.stop()
      throw error
    }
  }

  /// Hears of every event.
  private struct Listener: EventSink {
    let onEvent: @Sendable (Event) -> Void

    func receive(_ events: [StoredEvent]) {
      for stored in events { onEvent(stored.event) }
    }
  }

  /// Lets the checks of the held task wait, before all else that they do.
  private func hold() throws {
    guard let held else { return }
    let (own, other) = (items[held.task - 1].targets[0], items[held.until - 1].targets[0])
    let wait = "until [ -e '\(project.folder.path)/\(other)' ]; do sleep 0.02; done"
    try project.folder.write("if [ -e '\(own)' ]; then \(wait); fi\n" + (text(of: "test.sh") ?? ""), to: "test.sh")
  }

  var events: [Event] { project.sink.events.map(\.event) }

  func text(of path: String) -> String? { project.folder.text(of: path) }

  /// The names of the worktrees that are there.
  var worktrees: [String] {
    TemporaryDirectory.names(in: project.folder.path + "/.autonomy/worktrees").sorted()
  }

  /// The most steps that were under way at once.
  var mostAtOnce: Int {
    var (now, most) = (0, 0)
    for event in events {
      switch event {
      case .phaseStarted: now += 1
      case .phaseFinished: now -= 1
      default: break
      }
      most = max(most, now)
    }
    return most
  }

  /// The tasks in the order in which their first step began or their last ended, each with the place among the events.
  func span(of task: Int) -> ClosedRange<Int>? {
    let places = events.enumerated().compactMap { place, event in
      switch event {
      case .phaseStarted(let phase) where phase.task == TaskID(number: task): place
      case .phaseFinished(let phase) where phase.task == TaskID(number: task): place
      default: nil
      }
    }
    guard let first = places.first, let last = places.last else { return nil }
    return first...last
  }

  /// The phases of a task in the order in which they were carried out, with what they came to.
  func results(of task: Int) -> [String] {
    events.compactMap { event in
      guard case .phaseFinished(let phase) = event, phase.task == TaskID(number: task) else { return nil }
      return "\(phase.phase.rawValue) \(phase.result)"
    }
  }
}
