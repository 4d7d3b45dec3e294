import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing
import Unified

/// The orchestrated mode on whole runs: an arbiter that helps, and arbiters that do anything but.
@Suite struct OrchestrationTests {
  @Test func anArbiterDrivesTheRunAndItsAdviceReachesTheModel() async throws {
    let project = try TestProject()
    let rules =
      [
        TestProject.arbiter(["last_role": "tool"], TestProject.change("debugging")),
        TestProject.arbiter(["last_contains": "went wrong last"], TestProject.consult("coding")),
        // Only a prompt with the advice in it is answered well.
        TestProject.rule(
          ["phase": "debugging", "last_contains": "Write good, says the coder."],
          [TestProject.write("out.txt", "good\n"), TestProject.finish]
        ),
        TestProject.rule(["phase": "debugging"], [TestProject.write("out.txt", "worse\n"), TestProject.finish]),
        ["when": ["phase": "consultation", "role": "coding"], "reply": ["content": "Write good, says the coder."]],
        TestProject.specialist,
      ] + TestProject.obedient + TestProject.hasty
    let result = try await project.runOrchestrated(rules)
    #expect(result.outcome == .complete, "\(result.message)")
    let decisions = project.sink.decisions
    #expect(decisions.allSatisfy { $0.maker.hasPrefix("arbiter") })
    #expect(decisions.first { $0.action.phase == .debugging }?.guidance?.contains("says the coder") == true)
    #expect(project.sink.consultations.map(\.role) == ["reasoning", "coding"])
    #expect(project.sink.fallbacks.isEmpty)
  }

  @Test func theFirstRequestOfAStepSaysHowItsPromptWasMade() async throws {
    let project = try TestProject()
    let result = try await project.runOrchestrated(TestProject.obedient + [TestProject.specialist] + TestProject.hasty)
    #expect(result.outcome == .complete, "\(result.message)")
    let requests = project.sink.events.compactMap { stored -> ModelRequestEvent? in
      if case .modelRequest(let request) = stored.event, request.tools.contains("delete_file") { request } else { nil }
    }
    let ofRepair = requests.filter { $0.step == 4 }
    #expect(ofRepair.first?.prompt?.advice.contains("failure-failing-check") == true)
    #expect(ofRepair.first?.prompt?.variant == "large")
    #expect(ofRepair.first?.prompt?.factors == ["failed_attempts": 1, "recent_failures": 1])
    #expect(requests.first { $0.step == 2 }?.prompt?.complexity == 1)
    #expect(ofRepair.dropFirst().allSatisfy { $0.prompt == nil })
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rules: [JSONValue]
    var overrides: [String] = []
  }

  static let hostile: [Hostile] = [
    Hostile(testDescription: "always consults", rules: [TestProject.arbiter([:], TestProject.consult("coding"))]),
    Hostile(
      testDescription: "always asks the same",
      rules: [TestProject.arbiter([:], TestProject.consult("reasoning", "What now?"))],
      overrides: ["orchestration.fallbacks_in_a_row=100"]
    ),
    Hostile(
      testDescription: "always changes to the same phase",
      rules: [TestProject.arbiter([:], TestProject.change("qa"))]
    ),
    Hostile(
      testDescription: "names phases that do not exist",
      rules: [TestProject.arbiter([:], TestProject.change("deploying"))]
    ),
    Hostile(
      testDescription: "names tasks that do not exist",
      rules: [TestProject.arbiter([:], TestProject.change("coding", task: "t99"))]
    ),
    Hostile(
      testDescription: "answers in prose",
      rules: [["when": ["role": "arbiter"], "reply": ["content": "I would rather think about it."]]]
    ),
    Hostile(testDescription: "answers nothing", rules: [["when": ["role": "arbiter"], "reply": ["content": ""]]]),
    Hostile(
      testDescription: "hangs",
      rules: [TestProject.fault(["role": "arbiter"], ["kind": "hang", "after_chunks": 0])],
      overrides: ["orchestration.fallbacks_in_a_row=1", "limits.server_patience=300ms"] + TestProject.impatient
    ),
    Hostile(
      testDescription: "is refused by its server",
      rules: [TestProject.fault(["role": "arbiter"], ["kind": "http_status", "status": 500])],
      overrides: ["orchestration.fallbacks_in_a_row=1", "limits.server_patience=300ms"]
    ),
    Hostile(
      testDescription: "contradicts itself",
      rules: [
        [
          "when": ["role": "arbiter"],
          "reply": [
            "tool_calls": [
              TestProject.change("documentation"), TestProject.change("planning"), TestProject.change("qa"),
            ]
          ],
        ]
      ]
    ),
    Hostile(
      testDescription: "asks the user for ever",
      rules: [
        TestProject.arbiter([:], TestProject.call("request_user_input", ["task": "t1", "question": "What now?"]))
      ]
    ),
    Hostile(
      testDescription: "restores for ever",
      rules: [
        TestProject.arbiter([:], TestProject.call("restore_checkpoint", ["checkpoint": "c2", "reason": "Again."]))
      ]
    ),
    Hostile(
      testDescription: "talks to the interpreter",
      rules: [TestProject.arbiter([:], TestProject.consult("interpreter", "What do I mean?"))]
    ),
  ]

  @Test(arguments: hostile)
  func aHostileArbiterCompletesWhatTheRulesWould(_ hostile: Hostile) async throws {
    let project = try TestProject()
    let result = try await project.runOrchestrated(
      hostile.rules + [TestProject.specialist] + TestProject.hasty,
      overrides: hostile.overrides
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == "good\n")
    // Planning, coding, review, repair, review, documentation: not one step more than the rules take.
    #expect(result.steps == 6)
    #expect(!project.sink.fallbacks.isEmpty)
    let asked = project.sink.events.count { stored in
      if case .modelRequest(let request) = stored.event { request.model == "qwen2.5:14b" } else { false }
    }
    #expect(asked <= 6 * 6)
  }

  @Test func aPromptThatWouldPassItsWindowLosesOnlyWhatStandsAboveAlready() async throws {
    var files = TestProject.small
    files["big.txt"] = (1...150).map { "line \($0) of a file that is read again and again\n" }.joined()
    let project = try TestProject(files)
    let read = TestProject.call("read_file", ["path": "big.txt"])
    let rules = [
      TestProject.rule(["phase": "coding"], [read], times: 4),
      TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "good\n"), TestProject.finish]),
    ]
    let result = try await project.runOrchestrated(
      TestProject.obedient + rules + [TestProject.specialist],
      overrides: ["limits.num_ctx=8192", "limits.num_predict=1024"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    let requests = project.sink.events.compactMap { stored -> ModelRequestEvent? in
      if case .modelRequest(let request) = stored.event { request } else { nil }
    }
    let reduced = requests.filter { $0.removals != nil }
    #expect(!reduced.isEmpty)
    #expect(reduced.allSatisfy { $0.shortenedResults == nil && $0.removedMessages == nil })
    // What was left out is in the stored conversation, where the journal says.
    let request = try #require(reduced.last)
    let removal = try #require(request.removals?.first)
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: project.folder.path)))
    let content = Array(try reader.transcript(of: request.step)[removal.message].message.content.utf8)
    let removed = String(decoding: content[removal.offset...].prefix(removal.bytes), as: UTF8.self)
    #expect(removed.hasPrefix("'big.txt', all of it") && removed.contains("line 9 of a file"))
  }

  @Test func anArbiterBringsTheFilesOfAFailedTryBack() async throws {
    let project = try TestProject()
    let rules =
      [
        TestProject.arbiter(
          ["last_contains": "- restore c2 t1"],
          TestProject.call("restore_checkpoint", ["checkpoint": "c2", "reason": "The first version was wrong."]),
          times: 1
        ),
        // The first repair does nothing, so that it fails; the next finds the file gone.
        ["when": ["phase": "debugging"], "times": 1, "reply": ["content": "I do not know."]],
        TestProject.rule(
          ["phase": "debugging", "last_contains": "`out.txt` does not exist"],
          [TestProject.write("out.txt", "good\n"), TestProject.finish]
        ),
        TestProject.rule(["phase": "debugging"], [TestProject.write("out.txt", "worse\n"), TestProject.finish]),
        TestProject.specialist,
      ] as [JSONValue] + TestProject.obedient + TestProject.hasty
    let result = try await project.runOrchestrated(rules)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.decisions.contains { "\($0.action)" == "restore c2 t1" })
    let counters = try await project.state().counters[TaskID(number: 1)]
    #expect(counters?.restores == 1)
    // Coding, the repair that failed, the restore, and the repair that worked.
    #expect(counters?.attemptsDrawn == 4)
  }

  @Test func theReserveEndsTheArbiterAndNotTheRun() async throws {
    let project = try TestProject()
    let overrides = ["limits.run_model_calls=40", "orchestration.arbiter_share=0.05"]
    let result = try await project.runOrchestrated(TestProject.obedient + TestProject.hasty, overrides: overrides)
    #expect(result.outcome == .complete, "\(result.message)")
    let decisions = project.sink.decisions
    #expect(decisions.first?.maker.hasPrefix("arbiter") == true)
    #expect(decisions.last?.maker == "rules")
    #expect(project.sink.fallbacks.contains { $0.reason.contains("may spend is spent") })
    let spent = try await project.state().run?.reserveSpent
    #expect(spent?.calls == 2)
    #expect(result.decisionCalls == 2)
    #expect(result.decisionTokens == spent?.tokens)
  }

  /// Another window would make the server load the model anew for every decision.
  @Test func aModelHasOneWindowForAllThatAskIt() async throws {
    let project = try TestProject()
    let result = try await project.runOrchestrated(
      TestProject.obedient,
      overrides: ["models.arbiter.server=default", "models.arbiter.num_ctx=24576", "models.analysis.num_ctx=8192"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    let windows = project.sink.events.compactMap { stored -> Int? in
      if case .modelRequest(let request) = stored.event, request.model == "qwen2.5:14b" { request.numCtx } else { nil }
    }
    #expect(windows.count > 5)
    #expect(Set(windows) == [24_576])
  }

  @Test func aMissingArbiterIsSaidBeforeTheFirstStep() async throws {
    let project = try TestProject()
    let refusal = await #expect(throws: RunRefusal.self) {
      try await project.runOrchestrated([], overrides: ["models.arbiter=nobody:1b"])
    }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.contains("nobody:1b") == true)
  }

  @Test func singlePhasesCanBeTheArbiters() async throws {
    let project = try TestProject()
    var settings = TestProject.orchestrated
    settings.orchestrated = [.qa]
    let names = ["qwen2.5-coder:32b", "qwen2.5:32b", "qwen2.5:14b", "functiongemma"]
    let models = names.map { ["name": .string($0), "context_length": 32768, "capabilities": ["tools"]] as JSONValue }
    let rules = TestProject.obedient + TestProject.goodRules
    let scenario = try Scenario(parsing: ["models": .array(models), "rules": .array(rules)])
    let simulator = try await OllamaSimulator(scenario: scenario, port: 0)
    let result = try await project.run(url: simulator.url, settings: settings)
    await simulator.stop()
    #expect(result.outcome == .complete, "\(result.message)")
    for decision in project.sink.decisions {
      #expect(decision.maker.hasPrefix("arbiter") == (decision.action.phase == .qa), "\(decision.action)")
    }
  }

  @Test(.enabled(if: ExerciseTests.folder != nil, "The exercises in '../shared/data/projects' are not there."))
  func realExercisesAreCompletedWithAnArbiterOnAServerOfItsOwn() async throws {
    for name in TestEnvironment.wantsSlowTests ? ExerciseTests.names : Array(ExerciseTests.names.prefix(2)) {
      let exercise = try Exercise(name)
      let project = try TestProject(exercise.files)
      let consulting =
        [
          TestProject.arbiter(["last_role": "tool"], TestProject.change("debugging")),
          TestProject.arbiter(["last_contains": "went wrong last"], TestProject.consult("reasoning")),
        ] + TestProject.obedient
      let result = try await OrchestrationTests.onTwoServers(
        deciding: consulting + [TestProject.specialist],
        working: exercise.rules
      ) { urls in
        try await project.run(
          url: urls.working,
          overrides: [
            "servers.mind.url=\(urls.deciding)", "models.arbiter.server=mind", "models.reasoning.server=mind",
            "models.planning.server=default", "models.interpreter.server=mind", "limits.check_time=60s",
            "limits.first_token=10s",
          ],
          settings: TestProject.orchestrated
        )
      }
      #expect(result.outcome == .complete, "\(name): \(result.message)")
      #expect(project.folder.text(of: exercise.target) == exercise.solution, "\(name)")
      #expect(project.sink.consultations.map(\.failure) == [.failingCheck, nil], "\(name)")
    }
  }

  private static func onTwoServers(
    deciding: [JSONValue],
    working: [JSONValue],
    _ body: ((deciding: String, working: String)) async throws -> ResultEvent
  ) async throws -> ResultEvent {
    func server(_ names: [String], _ rules: [JSONValue]) async throws -> OllamaSimulator {
      let models = names.map { ["name": .string($0), "context_length": 32768, "capabilities": ["tools"]] as JSONValue }
      return try await OllamaSimulator(
        scenario: try Scenario(parsing: ["models": .array(models), "rules": .array(rules)]),
        port: 0
      )
    }
    let mind = try await server(["qwen2.5:32b", "qwen2.5:14b", "functiongemma"], deciding)
    let hands = try await server(["qwen2.5-coder:32b", "qwen2.5:32b", "qwen2.5:14b"], working)
    let result: Result<ResultEvent, any Error>
    do {
      result = .success(try await body((mind.url, hands.url)))
    } catch {
      result = .failure(error)
    }
    await mind.stop()
    await hands.stop()
    return try result.get()
  }
}
