import JSON
import OllamaSimulator
import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing
import Unified

/// Runs with several jobs are played in the order in which everything came; `JobsProject` plays every run that ends.
@Suite struct JobsReplayTests {
  /// Tasks of which some are slow, some are wrong at first, and some change one file besides.
  private static func disturbed(seed: UInt64) throws -> JobsProject {
    var random = SeededGenerator(seed: seed)
    var items = JobsProject.mixed(6, delay: 0)
    var rules: [JSONValue] = []
    for index in items.indices {
      items[index].delay = Int.random(in: 0...25, using: &random)
      let task = JSONValue.string("t\(index + 1)")
      if Bool.random(using: &random) {
        let wrong = [TestProject.write("f\(index + 1).txt", "wrong\n"), TestProject.finish]
        rules.append(JobsProject.rule(["phase": "coding", "task": task], wrong, Int.random(in: 0...9, using: &random)))
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        rules.append(
          TestProject.fault(["phase": "qa", "task": task], ["kind": "http_status", "status": 503], times: 1)
        )
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        rules.append(
          JobsProject.rule(
            ["phase": "coding", "task": task, "last_role": "user"],
            [TestProject.call("run_check", ["name": "test.sh"])]
          )
        )
      }
    }
    var project = try JobsProject(
      items,
      check: "for f in f*.txt; do [ ! -e $f ] || grep -q ok $f || exit 1; done; echo trace > made.txt"
    )
    project.rules = rules
    return project
  }

  @Test(arguments: 0..<(TestEnvironment.wantsSlowTests ? 40 : 4))
  func whateverComesFirstComesFirstAgain(seed: Int) async throws {
    let project = try Self.disturbed(seed: UInt64(seed))
    let result = try await project.run(jobs: 2 + seed % 3)
    #expect(result.outcome == .complete, "\(result.message)")
  }

  @Test func aRecordThatEndsAnywhereIsPlayedUpToThere() async throws {
    let project = try Self.disturbed(seed: 3)
    _ = try await project.run(jobs: 3)
    try await project.project.expectPrefixesPlay(by: TestEnvironment.wantsSlowTests ? 7 : 21)
  }

  @Test func anInterruptedRunIsPlayedWithItsContinuation() async throws {
    var project = try JobsProject((1...3).map { .init(targets: ["f\($0).txt"], writes: ["f\($0).txt": "ok\n"]) })
    project.rules = [TestProject.fault(["phase": "coding", "task": "t2"], ["kind": "hang"])]
    // However long the others take.
    project.overrides = ["limits.load=10m", "limits.first_token=10m"]
    let (signal, merged) = AsyncStream.makeStream(of: Void.self)
    project.onEvent = { if case .merge = $0 { merged.finish() } }
    let running = Task { [project] in
      defer { merged.finish() }
      return try await project.run(jobs: 3)
    }
    for await _ in signal {}
    running.cancel()
    #expect(try await running.value.outcome == .interrupted)
    project.rules = []
    #expect(try await project.run(jobs: 3).outcome == .complete)
    #expect(try await project.project.replay().parts == 2)
  }

  /// It asks nobody any more, and its checks run again once the other task is in the project.
  @Test func aReviewThatWasInterruptedAfterItsAnswerIsPlayed() async throws {
    var project = try JobsProject([
      .init(targets: ["f1.txt"], writes: ["f1.txt": "ok\n"]),
      .init(targets: ["f2.txt"], writes: ["f2.txt": "ok\n"]),
    ])
    project.rules = [TestProject.fault(["phase": "coding", "task": "t1"], ["kind": "hang"])]
    project.overrides = ["limits.load=10m", "limits.first_token=10m"]
    let running = Mutex<Task<ResultEvent, any Error>?>(nil)
    project.onEvent = { event in
      guard case .modelResponse(let response) = event, response.tools.contains("approve") else { return }
      running.withLock { $0?.cancel() }
    }
    let run = Task { [project] in try await project.run(jobs: 2) }
    running.withLock { $0 = run }
    #expect(try await run.value.outcome == .interrupted)
    (project.rules, project.onEvent) = ([], { _ in })
    project.held = (task: 2, until: 1)
    #expect(try await project.run(jobs: 2).outcome == .complete)
    let reviews = project.events.count {
      if case .modelResponse(let it) = $0 { it.tools.contains("approve") } else { false }
    }
    #expect(reviews == 2)
  }

  @Test(arguments: [1, 2])
  func whatTheUserAddsJustBeforeACheckpointIsThereAgain(jobs: Int) async throws {
    var project = try JobsProject((1...3).map { .init(targets: ["f\($0).txt"], writes: ["f\($0).txt": "ok\n"]) })
    let folder = project.project.folder
    project.onEvent = { event in
      guard case .phaseFinished(let phase) = event, phase.phase == .qa else { return }
      _ = try? folder.write("mine\n", to: "mine-\(phase.step).txt")
    }
    let result = try await project.run(jobs: jobs)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(folder.names().count { $0.hasPrefix("mine-") } == 3)
  }

  /// Such a review ends before it has asked anybody.
  @Test func aReviewThatMissesAFileIsPlayed() async throws {
    var project = try JobsProject([
      .init(targets: ["f.txt", "g.txt"], writes: ["f.txt": "ok\n", "g.txt": "ok\n"]),
      .init(targets: ["h.txt"], writes: ["h.txt": "ok\n"]),
    ])
    let half = [TestProject.write("f.txt", "ok\n"), TestProject.finish]
    project.rules = [JobsProject.rule(["phase": "coding", "task": "t1"], half)]
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.results(of: 1).contains("qa rejected"))
  }

  /// Steps that are under way at once learn of it each at its own time.
  @Test(arguments: [400, 500])
  func aModelThatGivesNoAnswerIsReplacedInAllSteps(status: Int) async throws {
    var project = try JobsProject(JobsProject.mixed(6, delay: 5))
    project.models.append(["name": "small:7b", "context_length": 32768, "capabilities": ["tools"]])
    let refusal: JSONValue = ["kind": "http_status", "status": .integer(status)]
    project.rules = [
      TestProject.fault(["model": "small:7b", "last_role": "tool"], refusal),
      JobsProject.rule(["model": "small:7b"], [TestProject.call("read_file", ["path": "MASTER_PLAN.md"])]),
    ]
    project.overrides = ["router.use=true", "router.patience=1ms", "limits.server_patience=10s"]
    let result = try await project.run(jobs: 3)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.project.sink.warnings.contains { $0.contains("goes on with") })
  }

  @Test func anAnswerThatIsCutOffInTheMiddleIsPlayed() async throws {
    var project = try JobsProject(
      (1...3).map { .init(targets: ["f\($0).txt"], writes: ["f\($0).txt": "ok\n"], delay: 30_000) }
    )
    let (answers, begun) = AsyncStream.makeStream(of: Void.self)
    project.onProgress = { if $0.parts == 1 { begun.yield() } }
    let running = Task { [project] in
      defer { begun.finish() }
      return try await project.run(jobs: 3)
    }
    // That of the plan, which is whole, and those of three tasks.
    var count = 0
    for await _ in answers.prefix(4) { count += 1 }
    running.cancel()
    #expect(count == 4)
    #expect(try await running.value.outcome == .interrupted)
  }

  /// What is under way then goes on to its end; time is the only budget of which a replay cannot know by itself.
  @Test func aRunThatIsOutOfTimeIsPlayed() async throws {
    let project = try JobsProject(
      (1...6).map { .init(targets: ["f\($0).txt"], writes: ["f\($0).txt": "ok\n"], delay: 150 * $0) }
    )
    let result = try await project.run(jobs: 3, settings: RunSettings(limits: RunLimits(seconds: 0.5)))
    #expect(result.outcome == .budget, "\(result.message)")
  }

  @Test func anotherAnswerIsShownWithItsStep() async throws {
    let project = try Self.disturbed(seed: 1)
    _ = try await project.run(jobs: 3)
    var record = try project.project.record()
    var step = 0
    for (index, (event, item)) in record.items.enumerated() {
      if case .turn(let turn) = item { step = turn }
      guard step > 3, case .reply(var reply) = item,
        let call = reply.toolCalls.firstIndex(where: { $0.name == "write_file" })
      else { continue }
      reply.toolCalls[call].arguments["content"] = "other\n"
      record.items[index] = (event, .reply(reply))
      break
    }
    let difference = try #require(try await project.project.replay(record).difference)
    #expect(difference.step == step)
    #expect(difference.lines.contains { $0.hasPrefix("+ after: ") })
  }

  /// Its name is known from the worktree of another task, or from an earlier check, and what is in it is not.
  @Test(arguments: ["date +%N >by.txt", "[ ! -e f1.txt ] || echo x >by.txt", "echo x >by.txt"])
  func aByProductThatAModelReadsIsThereAgain(script: String) async throws {
    var project = try JobsProject(
      [
        .init(targets: ["f1.txt"], writes: ["f1.txt": "ok\n"]),
        .init(targets: ["f2.txt"], dependsOn: [1], writes: ["f2.txt": "ok\n"]),
      ],
      check: script
    )
    for (task, path) in [("t1", "f1.txt"), ("t2", "f2.txt")] {
      let run = [TestProject.write(path, "ok\n"), TestProject.call("run_check", ["check": "test.sh"])]
      let task = JSONValue.string(task)
      project.rules += [
        JobsProject.rule(["phase": "coding", "task": task, "last_role": "user"], run),
        JobsProject.rule(
          ["phase": "coding", "task": task, "last_contains": "passed"],
          [TestProject.call("read_file", ["path": "by.txt"])]
        ),
      ]
    }
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.text(of: "by.txt") != nil)
  }

  @Test func whatTheSetUpOfAWorktreeMadeIsThereAgain() async throws {
    var project = try JobsProject(
      (1...2).map { .init(targets: ["f\($0).txt"], writes: ["f\($0).txt": "ok\n"]) },
      check: "true"
    )
    project.overrides = [#"worktree.setup=["date +%N > made.txt"]"#]
    for task in ["t1", "t2"] {
      project.rules.append(
        JobsProject.rule(
          ["phase": "coding", "task": .string(task), "last_role": "user"],
          [TestProject.call("read_file", ["path": "made.txt"])]
        )
      )
    }
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
  }

  /// A fork goes on as a killed run does, with all that was under way.
  @Test func aForkGoesOnFromAnyDecision() async throws {
    let project = try Self.disturbed(seed: 2)
    _ = try await project.run(jobs: 3)
    let record = try project.project.record()
    let folder = project.project.folder.path
    let steps = record.events.compactMap { if case .decision(let decision) = $0.event { decision.step } else { nil } }
    for step in TestEnvironment.wantsSlowTests ? Array(2..<steps.count) : [6, 11, steps.count - 1] {
      let fork = try await Replay(
        record,
        checkpoints: folder + "/.autonomy/checkpoints",
        in: folder + "/.autonomy/worktrees"
      )
      .fork(before: step, as: "\(step)")
      let state = try StateManager(path: StateFolder(ofProject: fork.path).database).state
      #expect(state.stepsTaken == step - 1)
      let result = try await project.run(jobs: 3, in: fork.path)
      #expect(result.outcome == .complete, "from step \(step): \(result.message)")
      #expect((1...6).allSatisfy { FileBytes.read("\(fork.path)/f\($0).txt") == Array("ok \($0)\n".utf8) })
      for isExported in [false, true] {
        let report = try await TestProject.replay(of: fork.path, isExported: isExported)
        #expect(report.difference == nil, "from step \(step)")
      }
      try await fork.remove()
    }
  }
}
