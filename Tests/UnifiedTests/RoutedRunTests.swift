import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// Runs in which the router chooses each step's model; all of them are played from their records as well.
@Suite struct RoutedRunTests {
  /// A weak, a base and a strong model by their sizes; the base one is there in any case.
  private static let models: [JSONValue] = ["small:7b", "large:70b"].map { name in
    ["name": .string(name), "context_length": 32768, "capabilities": ["tools"]]
  }

  private static let on = ["router.use=true"]

  private func run(
    _ project: TestProject,
    _ rules: [JSONValue] = [],
    _ overrides: [String] = [],
    settings: RunSettings = RunSettings()
  ) async throws -> ResultEvent {
    try await project.run(rules, overrides: Self.on + overrides, settings: settings, models: Self.models)
  }

  private func silent(_ when: JSONObject) -> JSONValue {
    ["when": .object(when), "reply": ["content": "I would rather not."]]
  }

  @Test func everyStepGoesToTheModelThatWasChosenForIt() async throws {
    let project = try TestProject()
    #expect(try await run(project).outcome == .complete)
    #expect(project.sink.routes.map(\.kind) == ["planning", "code_implementation", "code_review", "documentation"])
    #expect(project.sink.routes.map(\.tier) == [.base, .weak, .base, .weak])
    let base = "qwen2.5-coder:32b@default"
    #expect(project.sink.routes.map(\.model) == [base, "small:7b@default", base, "small:7b@default"])
    let asked = project.sink.events.compactMap { stored in
      if case .modelRequest(let event) = stored.event {
        (event.step, "\(event.model)@\(event.server ?? "")")
      } else {
        nil
      }
    }
    let chosen = Dictionary(project.sink.routes.map { ($0.step, $0.model) }) { $1 }
    #expect(!asked.isEmpty && asked.allSatisfy { chosen[$0.0] == $0.1 })
    let refused = try #require(project.sink.routes.first).refused
    #expect(Set(refused.map(\.model)) == ["small:7b@default", "large:70b@default"])
  }

  @Test func aNamedModelThatNoServerHasIsNotPassedOverInSilence() async throws {
    let project = try TestProject()
    let named = ["models.qa=small:7b", "models.coding.name=gone:7b", "models.debugging.name=gone:7b"]
    #expect(try await run(project, [], named).outcome == .complete)
    let words = "No server has 'gone:7b' ('models.coding', 'models.debugging'), so the router chooses without it."
    #expect(project.sink.warnings == [words])
  }

  @Test func theTokensOfAStepAreThoseOfItsFirstRequest() async throws {
    let project = try TestProject()
    #expect(try await run(project).outcome == .complete)
    #expect(project.sink.routes.count == 4)
    for route in project.sink.routes {
      let request = project.sink.events.lazy.compactMap { stored in
        if case .modelRequest(let event) = stored.event, event.step == route.step { event } else { nil }
      }.first
      let asked = try #require(request).estimatedTokens
      let reason = try #require(route.reasons.first { $0.hasPrefix("context ") })
      let counted = try #require(reason.split(separator: " ").dropLast().last.flatMap { Int($0) })
      // Not yet known is only the role; and of a model that has not answered yet more tokens are counted.
      #expect(counted * 50 >= asked * 49 && counted * 2 <= asked * 3, "\(route.kind): \(counted) and \(asked)")
    }
  }

  @Test func withoutARouterNothingIsRouted() async throws {
    let project = try TestProject()
    #expect(try await project.run(models: Self.models).outcome == .complete)
    #expect(project.sink.routes.isEmpty)
    #expect(try await project.state().outcomes.isEmpty)
  }

  // MARK: - Models that give no answer

  private static let failing: JSONObject = [
    "kind": "http_status", "status": 500, "body": #"{"error":"model requires more system memory (9.0 GiB)"}"#,
  ]

  private static let impatient = ["router.patience=1ms", "limits.server_patience=2s"]

  @Test func aStepGoesToAnotherModelWhereItsOwnGivesNoAnswer() async throws {
    let project = try TestProject()
    let broken = TestProject.fault(["model": "small:7b"], .object(Self.failing))
    let result = try await run(project, [broken], Self.impatient)
    #expect(result.outcome == .complete, "\(result.message)")
    let coding = project.sink.routes.filter { $0.kind == "code_implementation" }
    #expect(coding.map(\.model) == ["small:7b@default", "qwen2.5-coder:32b@default"])
    #expect(coding.last?.refused.contains { $0.model == "small:7b@default" && $0.reason == "health" } == true)
    // Nothing else is sent there.
    #expect(project.sink.routes.count { $0.model == "small:7b@default" } == 1)
    #expect(project.sink.warnings.contains { $0.contains("Step 2 goes on with 'qwen2.5-coder:32b@default'") })
    // It was no failure of the task.
    let outcomes = try await project.state().outcomes["code_implementation"]
    #expect(outcomes?.weak == OutcomeCounts() && outcomes?.base.successes == OutcomeCounts.one)
  }

  @Test func whatAStepHasDoneStaysWhereAnotherModelGoesOn() async throws {
    let project = try TestProject()
    let half = TestProject.rule(
      ["phase": "coding", "model": "small:7b", "last_role": "user"],
      [TestProject.write("out.txt", "half\n")]
    )
    let broken = TestProject.fault(["phase": "coding", "model": "small:7b"], .object(Self.failing))
    let result = try await run(project, [half, broken], Self.impatient)
    #expect(result.outcome == .complete, "\(result.message)")
    let requests = project.sink.events.compactMap { stored in
      if case .modelRequest(let request) = stored.event, request.step == 2 { request } else { nil }
    }
    #expect(requests.last?.model == "qwen2.5-coder:32b")
    // The answer before, and what came of it.
    #expect(requests.last.map { $0.messages >= 4 } == true)
  }

  @Test func aReviewIsTakenOverWithoutAnotherRunOfTheChecks() async throws {
    let project = try TestProject()
    let broken = TestProject.fault(["phase": "qa", "model": "qwen2.5-coder:32b"], .object(Self.failing))
    let result = try await run(project, [broken], Self.impatient)
    #expect(result.outcome == .complete, "\(result.message)")
    let reviews = project.sink.routes.filter { $0.kind == "code_review" }
    #expect(reviews.map(\.model) == ["qwen2.5-coder:32b@default", "large:70b@default"])
    let checks = project.sink.events.count { stored in
      if case .checkFinished(let check) = stored.event { check.step == reviews[0].step } else { false }
    }
    #expect(checks == 1)
  }

  @Test func aModelThatTakesOverBeforeAnyAnswerHasAnOpeningOfItsOwn() async throws {
    let project = try TestProject()
    let broken = TestProject.fault(["model": "small:7b"], .object(Self.failing))
    #expect(try await run(project, [broken], Self.impatient).outcome == .complete)
    let requests = project.sink.events.compactMap { stored in
      if case .modelRequest(let request) = stored.event, request.step == 2 { request } else { nil }
    }
    #expect(requests.prefix(2).map(\.model) == ["small:7b", "qwen2.5-coder:32b"])
    #expect(requests.prefix(2).map(\.messages) == [2, 2])
    let record = try project.record()
    let asked = record.items.compactMap {
      if case .request(let request) = $0.item, request.step == 2 { request } else { nil }
    }
    // What stands first in the step's transcript is what the first was told.
    #expect(asked.prefix(2).map(\.transcript) == [2, 0])
  }

  /// A key that is not accepted is the user's to mend.
  @Test func aRefusedKeyEndsTheRun() async throws {
    let project = try TestProject()
    let refusal = TestProject.fault(["model": "small:7b"], ["kind": "http_status", "status": 401])
    let result = try await run(project, [refusal], Self.impatient)
    #expect(result.outcome == .configuration, "\(result.message)")
    #expect(project.sink.routes.count { $0.kind == "code_implementation" } == 1)
  }

  @Test func theRunEndsWhereNoOtherModelAnswersEither() async throws {
    let project = try TestProject()
    let broken = TestProject.fault(["phase": "coding"], .object(Self.failing))
    let result = try await run(project, [broken], Self.impatient)
    #expect(result.outcome == .unavailable, "\(result.message)")
    #expect(result.message.contains("model requires more system memory"))
    let coding = project.sink.routes.filter { $0.kind == "code_implementation" }
    #expect(coding.count == 3 && Set(coding.map(\.model)).count == 3)
    // Somebody has helped them.
    #expect(try await run(project).outcome == .complete)
  }

  @Test func aTaskRisesATierForEachFailureAndAtMostTwo() async throws {
    let project = try TestProject()
    let result = try await run(project, [silent(["phase": "coding"])], ["limits.task_attempts=4"])
    #expect(result.outcome == .noProgress)
    let coding = project.sink.routes.filter { $0.kind == "code_implementation" }
    #expect(coding.map(\.tier) == [.weak, .base, .strong])
    #expect(coding.map(\.upgrades) == [0, 1, 2])
    #expect(coding.last?.model == "large:70b@default")
  }

  @Test func aRejectedReviewCountsAgainstTheWorkersModel() async throws {
    let project = try TestProject()
    let bad = TestProject.rule(
      ["phase": "coding", "model": "small:7b"],
      [TestProject.write("out.txt", "bad\n"), TestProject.finish]
    )
    #expect(try await run(project, [bad]).outcome == .complete)
    let fix = try #require(project.sink.routes.first { $0.kind == "bug_fix" })
    #expect(fix.tier == .base && fix.upgrades == 1)
    let outcomes = try await project.state().outcomes
    #expect(outcomes["code_implementation"]?.weak == OutcomeCounts(failures: 1000))
    #expect(outcomes["bug_fix"]?.base == OutcomeCounts(successes: 1000))
    #expect(outcomes["code_review"]?.base == OutcomeCounts(successes: 1000))
  }

  @Test func whatWasLearnedIsKeptAndCountsLessInTheNextRun() async throws {
    let project = try TestProject()
    _ = try await run(project, [silent(["phase": "coding"])], ["limits.task_attempts=1"])
    #expect(try await project.state().outcomes["code_implementation"]?.weak.failures == 1000)
    var fresh = RunSettings()
    fresh.startsFresh = true
    _ = try await run(project, settings: fresh)
    let weak = try #require(try await project.state().outcomes["code_implementation"]?.weak)
    #expect(weak == OutcomeCounts(successes: 1000, failures: 750))
    let half = ["router.history_kept=50"]
    _ = try await run(project, [], half, settings: fresh)
    #expect(
      try await project.state().outcomes["code_implementation"]?.weak == OutcomeCounts(successes: 1500, failures: 375)
    )
  }

  @Test func theTableOfKindsIsHeard() async throws {
    let project = try TestProject()
    let kinds = ["router.kinds=[{phase: 'coding', files: ['*.txt'], kind: 'production_critical'}]"]
    #expect(try await run(project, [], kinds).outcome == .complete)
    let coding = try #require(project.sink.routes.first { $0.kind == "production_critical" })
    #expect(coding.tier == .strong && coding.model == "large:70b@default")
    // The rows of the table apply to all that these do not.
    #expect(project.sink.routes.map(\.kind) == ["planning", "production_critical", "code_review", "documentation"])
  }

  @Test func aCriticalTaskWaitsForAModelThatMayDoIt() async throws {
    let project = try TestProject()
    let kinds = "router.kinds=[{phase: 'coding', kind: 'production_critical'}]"
    let result = try await project.run(overrides: Self.on + [kinds])
    #expect(result.outcome == .configuration)
    #expect(result.message.contains("No model can take a strong task of kind 'production_critical'."))
    #expect(try await run(project, [], [kinds]).outcome == .complete)
  }

  @Test func aStepThatWasCutOffGoesOnWithItsModel() async throws {
    let project = try TestProject()
    var settings = RunSettings()
    settings.limits.calls = 2
    let read = TestProject.rule(
      ["phase": "coding", "last_role": "user"],
      [TestProject.call("read_file", ["path": "test.sh"])]
    )
    #expect(try await run(project, [read], settings: settings).outcome == .budget)
    #expect(project.sink.routes.map(\.kind) == ["planning", "code_implementation"])
    var more = RunSettings()
    more.limits.calls = 100
    // Where nothing was stored, another would be chosen now.
    #expect(try await run(project, [], ["router.base_from=1"], settings: more).outcome == .complete)
    #expect(project.sink.routes.filter { $0.kind == "code_implementation" }.map(\.model) == ["small:7b@default"])
    let steps = project.sink.events.compactMap { stored in
      if case .modelRequest(let event) = stored.event, event.step == 2 { event.model } else { nil }
    }
    #expect(Set(steps) == ["small:7b"])
  }
}

extension RecordingEventSink {
  var routes: [RouteEvent] {
    events.compactMap { if case .route(let event) = $0.event { event } else { nil } }
  }

  var budgets: [BudgetEvent] {
    events.compactMap { if case .budget(let event) = $0.event { event } else { nil } }
  }
}
