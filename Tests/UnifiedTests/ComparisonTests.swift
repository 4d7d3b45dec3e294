import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing
import Unified

/// Both modes side by side, on scenarios that make the orchestrated one better, worse and equal.
@Suite struct ComparisonTests {
  private static func arbiter(_ condition: JSONObject, _ call: JSONValue) -> JSONValue {
    var condition = condition
    condition["role"] = "arbiter"
    return TestProject.rule(.object(condition), [call])
  }

  private static let obedient: [JSONValue] = PhaseName.allCases.map { phase in
    arbiter(
      ["last_contains": .string("- phase \(phase.rawValue)")],
      TestProject.call("change_phase", ["phase": .string(phase.rawValue), "reason": "It is next."])
    )
  }

  /// Asks before the first coding, and then does what the rules would.
  private static func advised(_ recommendation: String) -> [JSONValue] {
    [
      arbiter(
        ["last_role": "tool"],
        TestProject.call("change_phase", ["phase": "coding", "reason": "With advice."])
      ),
      arbiter(
        ["last_contains": "- phase coding"],
        TestProject.call("consult_reasoning_specialist", ["query": "What is the right word?"])
      ),
      [
        "when": ["phase": "consultation"],
        "reply": ["content": .string("{\"root_cause\": \"none\", \"recommendation\": \"\(recommendation)\"}")],
      ],
    ]
  }

  /// Writes what it was advised to, else `other`; without any advice every attempt is the same.
  private static func coder(
    advice: String,
    _ advised: String,
    else other: String,
    in path: String = "out.txt"
  ) -> [JSONValue] {
    ["coding", "debugging"].flatMap { phase in
      [
        TestProject.rule(
          ["phase": .string(phase), "last_contains": .string(advice)],
          [TestProject.write(path, advised), TestProject.finish]
        ),
        TestProject.rule(["phase": .string(phase)], [TestProject.write(path, other), TestProject.finish]),
      ]
    }
  }

  private func compare(
    _ rules: [JSONValue],
    on project: TestProject,
    repeats: Int = 3,
    phases: Set<PhaseName> = Set(PhaseName.allCases),
    overrides: [String] = [],
    sinks: [any EventSink] = []
  ) async throws -> ComparisonReport {
    let names = ["qwen2.5-coder:32b", "qwen2.5:32b", "qwen2.5:14b", "functiongemma"]
    let models = names.map { ["name": .string($0), "context_length": 32768, "capabilities": ["tools"]] as JSONValue }
    let scenario = try Scenario(parsing: ["models": .array(models), "rules": .array(rules + TestProject.goodRules)])
    let simulator = try await OllamaSimulator(scenario: scenario, port: 0)
    var plan = Comparison.Plan()
    plan.repeats = repeats
    plan.phases = phases
    do {
      let comparison = Comparison(
        project: project.folder.path,
        configuration: try project.configuration(url: simulator.url, overrides),
        environment: TestProject.environment,
        command: "test",
        sinks: sinks
      )
      let report = try await comparison.carryOut(plan)
      await simulator.stop()
      return report
    } catch {
      await simulator.stop()
      throw error
    }
  }

  @Test func adviceThatHelpsMakesOrchestrationBetter() async throws {
    let project = try TestProject()
    let rules = Self.advised("write good") + Self.obedient + Self.coder(advice: "write good", "good\n", else: "bad\n")
    let report = try await compare(rules, on: project, overrides: ["limits.task_attempts=1"])
    #expect(report.verdict.word == .better, "\(report.verdict.reasons)")
    #expect(report.traditional.allSatisfy { $0.outcome != .complete && $0.done == 0 })
    #expect(report.orchestrated.allSatisfy { $0.outcome == .complete && $0.advice.followed == 1 })
    #expect(report.orchestrated.allSatisfy { $0.change == ChangeSize(files: 1, addedLines: 1, removedLines: 0) })
  }

  @Test func adviceThatMisleadsMakesItWorse() async throws {
    let project = try TestProject()
    let rules = Self.advised("write bad") + Self.obedient + Self.coder(advice: "write bad", "bad\n", else: "good\n")
    let report = try await compare(rules, on: project, overrides: ["limits.task_attempts=1"])
    #expect(report.verdict.word == .worse, "\(report.verdict.reasons)")
    #expect(report.traditional.allSatisfy { $0.outcome == .complete })
  }

  @Test func anArbiterThatDoesWhatTheRulesWouldMakesNoDifference() async throws {
    // A plan of some length, as real ones have, beside which the arbiter's own prompts are small.
    var files = TestProject.small
    files["MASTER_PLAN.md"]? += String(repeating: "The word is good, and stays good.\n", count: 200)
    let project = try TestProject(files)
    let report = try await compare(Self.obedient, on: project, phases: [.documentation])
    #expect(report.verdict.word == .noDifference, "\(report.verdict.reasons)")
    #expect(report.orchestrated.allSatisfy { $0.decisions > 0 && $0.agreeing == $0.decisions })
    #expect(report.orchestrated.allSatisfy { run in run.models.contains { $0.role == "deciding" } })
  }

  @Test func theProjectIsAsItWasAndKeepsTheReport() async throws {
    let project = try TestProject()
    let before = TemporaryDirectory.names(in: project.folder.path).sorted()
    let report = try await compare(Self.obedient, on: project, repeats: 1)
    #expect(report.verdict.word == .notEnough)
    #expect(TemporaryDirectory.names(in: project.folder.path).sorted() == (before + [".autonomy"]).sorted())
    #expect(project.folder.text(of: "out.txt") == nil)
    #expect(TemporaryDirectory.names(in: project.folder.path + "/.autonomy/worktrees") == [])
    #expect(try await project.state().tasks.isEmpty)
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: project.folder.path)))
    let kept = try reader.events(EventSelection(kinds: [.comparison])).compactMap { stored -> ComparisonReport? in
      if case .comparison(let event) = stored.event { try event.report.decoded(as: ComparisonReport.self) } else { nil }
    }
    #expect(kept == [report])
  }

  @Test func whatAModeLacksIsSaidBeforeAnythingRuns() async throws {
    let project = try TestProject()
    let scenario = try Scenario(parsing: [
      "models": [["name": "qwen2.5-coder:32b"]], "rules": .array(TestProject.goodRules),
    ])
    let simulator = try await OllamaSimulator(scenario: scenario, port: 0)
    let comparison = Comparison(
      project: project.folder.path,
      configuration: try project.configuration(url: simulator.url, ["models.arbiter=nobody:1b"]),
      environment: TestProject.environment,
      command: "test"
    )
    let refusal = await #expect(throws: RunRefusal.self) { try await comparison.carryOut(Comparison.Plan()) }
    #expect(refusal?.outcome == .configuration)
    #expect(simulator.chatRequests.isEmpty)
    await simulator.stop()
  }

  @Test func aCheckThatNeedsWhatIsIgnoredIsNamed() async throws {
    let project = try TestProject()
    try project.folder.write("lib/\n", to: ".gitignore")
    try project.folder.write("good\n", to: "lib/word")
    try project.folder.write("cat lib/word && echo '1 passed, 0 failed'\n", to: "test.sh")
    let refusal = await #expect(throws: RunRefusal.self) {
      try await compare(Self.obedient, on: project, repeats: 1)
    }
    #expect(refusal?.outcome == .environment)
    #expect(refusal?.description.contains("worktree.share") == true)
    for overrides in [["worktree.share=[\"lib\"]"], ["worktree.setup=[\"mkdir lib && echo good >lib/word\"]"]] {
      let report = try await compare(Self.obedient, on: project, repeats: 1, overrides: overrides)
      #expect(report.orchestrated.map(\.outcome) == [.complete])
    }
    let broken = await #expect(throws: RunRefusal.self) {
      try await compare(Self.obedient, on: project, repeats: 1, overrides: ["worktree.setup=[\"false\"]"])
    }
    #expect(broken?.description.contains("(exit code 1)") == true)
    #expect(TemporaryDirectory.names(in: project.folder.path + "/.autonomy/worktrees") == [])
  }

  @Test(.whereChecksAreShutIn) func aCheckThatKnowsItsPlaceIsTheSameInAWorktree() async throws {
    try await expectWork(sandbox: "require") { "test \"$(pwd)\" = \"\($0)\"" }
  }

  @Test(.whereChecksAreShutIn) func aCheckThatAsksTheRepositoryCanDoSoInAWorktree() async throws {
    try await expectWork(sandbox: "require") { "test \"$(git rev-parse --show-toplevel)\" = \"\($0)\"" }
  }

  @Test func aCheckThatNeedsTheRepositoryIsNamedWhereAWorktreeHasNone() async throws {
    let refusal = await #expect(throws: RunRefusal.self) {
      // The worktree is inside of the project's repository and must not be taken for a part of it.
      try await expectWork(sandbox: "off") { _ in "git rev-parse --is-inside-work-tree 2>&1" }
    }
    #expect(refusal?.outcome == .environment)
    #expect(refusal?.description.contains("'.git'") == true)
  }

  /// A project in a repository whose check tells where it runs.
  private func expectWork(sandbox: String, _ test: (_ place: String) -> String) async throws {
    let project = try TestProject()
    let place = try #require(RealPath.of(project.folder.path))
    try project.folder.write("\(test(place)) && echo '1 passed'\n", to: "test.sh")
    _ = try await ProcessRunner().run(
      ProcessRequest(arguments: ["/usr/bin/git", "init", "-q", place], directory: place, environment: [:])
    )
    let report = try await compare(Self.obedient, on: project, repeats: 1, overrides: ["sandbox=\(sandbox)"])
    #expect(report.traditional.map(\.outcome) == [.complete])
  }

  /// Somebody who writes into the first run's worktree while a model works there.
  private struct Visitor: EventSink {
    let folder: TemporaryDirectory

    func receive(_ events: [StoredEvent]) {
      let place = ".autonomy/worktrees/comparison-1-traditional"
      for case .phaseStarted in events.lazy.map(\.event) where FileKind.of("\(folder.path)/\(place)") == .folder {
        _ = try? folder.write("mine\n", to: "\(place)/note.txt")
      }
    }
  }

  @Test func aWorktreeThatTheUserHasChangedIsKept() async throws {
    let project = try TestProject()
    let visitor = Visitor(folder: project.folder)
    _ = try await compare(Self.obedient, on: project, repeats: 1, sinks: [visitor])
    let worktrees = "\(project.folder.path)/.autonomy/worktrees"
    #expect(TemporaryDirectory.names(in: worktrees) == ["kept-comparison-1-traditional"])
    #expect(project.folder.text(of: ".autonomy/worktrees/kept-comparison-1-traditional/note.txt") == "mine\n")
    // The next one is not in its way.
    _ = try await compare(Self.obedient, on: project, repeats: 1, sinks: [visitor])
    #expect(TemporaryDirectory.names(in: worktrees).count == 2)
  }

  @Test(arguments: ["test.sh", "lib", "lib/"])
  func whatIsCapturedCannotBeShared(path: String) async throws {
    let project = try TestProject(TestProject.small.merging(["lib/word": "good\n"]) { $1 })
    let overrides = ["worktree.share=[\"\(path)\"]"]
    let refusal = await #expect(throws: RunRefusal.self) {
      try await compare(Self.obedient, on: project, repeats: 1, overrides: overrides)
    }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.hasPrefix("'worktree.share' names '\(path)'") == true)
    var settings = RunSettings()
    settings.jobs = 2
    let second = await #expect(throws: RunRefusal.self) {
      try await project.run(overrides: overrides, settings: settings)
    }
    #expect(second?.outcome == .configuration)
  }

  @Test func goesOnFromTheTasksThereAre() async throws {
    let project = try TestProject(["MASTER_PLAN.md": "# Plan\n", "test.sh": "echo '1 passed, 0 failed'\n"])
    let planning = TestProject.rule(["phase": "planning"], [TestProject.plan(["one.txt", "out.txt"])])
    _ = try await project.run([planning], settings: RunSettings(limits: RunLimits(steps: 1)))
    #expect(try await project.state().tasks.map(\.status) == [.pending, .pending])
    let rules =
      Self.obedient + [
        TestProject.rule(
          ["phase": "coding", "task": "t1"],
          [TestProject.write("one.txt", "1\n"), TestProject.finish]
        ),
        TestProject.rule(["phase": "qa", "task": "t1"], [TestProject.approve("one.txt")]),
      ]
    let report = try await compare(rules, on: project, repeats: 1)
    #expect(report.traditional.map(\.done) == [2])
    #expect(report.traditional.first?.models.contains { $0.role == "planning" } == false)
    #expect(try await project.state().tasks.map(\.status) == [.pending, .pending])
  }

  private static let verdicts: [(String, ComparisonVerdict.Word)] = zip(
    ExerciseTests.names,
    [.better, .worse, .noDifference, .better, .worse, .noDifference]
  ).map { ($0, $1) }

  @Test(
    .enabled(if: ExerciseTests.folder != nil, "The exercises in '../shared/data/projects' are not there."),
    .enabled(if: TestEnvironment.wantsSlowTests, "SLOW_TESTS=1 runs this."),
    arguments: verdicts
  )
  func realExercisesAreJudgedRightly(name: String, expected: ComparisonVerdict.Word) async throws {
    let exercise = try Exercise(name)
    let project = try TestProject(exercise.files)
    let wrong = Exercise.withMistake(exercise.solution)
    let target = exercise.target
    func coder(_ advised: String, else other: String) -> [JSONValue] {
      Self.coder(advice: "as advised", advised, else: other, in: target)
    }
    let rules: [JSONValue] =
      switch expected {
      case .better: Self.advised("as advised") + Self.obedient + coder(exercise.solution, else: wrong)
      case .worse: Self.advised("as advised") + Self.obedient + coder(wrong, else: exercise.solution)
      case .noDifference, .notEnough: Self.obedient + exercise.rules
      }
    let report = try await compare(
      rules + exercise.rules,
      on: project,
      phases: expected == .noDifference ? [.documentation] : Set(PhaseName.allCases),
      overrides: expected == .noDifference ? [] : ["limits.task_attempts=1"]
    )
    #expect(report.verdict.word == expected, "\(report.verdict.reasons)")
    for (file, text) in exercise.files { #expect(project.folder.text(of: file) == text) }
    #expect(Set(project.folder.names()) == Set(exercise.files.keys).union([".autonomy"]))
  }
}
