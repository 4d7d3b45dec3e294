import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// A run on record is had again: the same decisions, the same files, and no server.
///
/// What other suites run is played as well, by `TestProject`.
@Suite struct ReplayTests {
  /// What a model does before it does everything right, and how the run is started.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var rules: [JSONValue] = []
    var wellBehaved = true
    var files = TestProject.small
    var settings = RunSettings()
    var overrides: [String] = []
    var outcome = RunOutcome.complete

    var testDescription: String { name }
  }

  private static let coding: JSONValue = ["phase": "coding"]

  static let cases: [Case] = [
    Case(name: "all goes well"),
    Case(
      name: "a check fails and is mended",
      rules: [TestProject.rule(coding, [TestProject.write("out.txt", "bad\n"), TestProject.finish])]
    ),
    Case(
      name: "calls are bad at first",
      rules: [TestProject.rule(coding, [TestProject.call("", [:])], times: 1)]
    ),
    Case(
      name: "an answer is cut",
      rules: [["when": coding, "times": 1, "reply": ["content": "cut", "done_reason": "length"]]]
    ),
    Case(
      name: "a prompt is cut",
      rules: [TestProject.fault(coding, ["kind": "truncate_prompt", "tokens": 50], times: 1)]
    ),
    Case(
      name: "the server fails once",
      rules: [TestProject.fault(coding, ["kind": "http_status", "status": 503], times: 1)]
    ),
    Case(
      name: "the server fails for ever",
      rules: [TestProject.fault(coding, ["kind": "http_status", "status": 500])],
      overrides: TestProject.impatient,
      outcome: .unavailable
    ),
    Case(
      name: "nothing is ever called",
      rules: [["when": coding, "reply": ["content": "I will."]]],
      outcome: .noProgress
    ),
    Case(
      name: "the model reads, searches and runs checks",
      rules: [
        TestProject.rule(
          coding,
          [
            TestProject.call("search_files", [:]), TestProject.call("search_files", ["pattern": "goo+d"]),
            TestProject.call("search_files", ["pattern": "(?x)"]),
          ],
          times: 1
        ),
        TestProject.rule(coding, [TestProject.call("run_check", ["name": "test.sh"])], times: 1),
      ]
    ),
    Case(
      name: "a check leaves files behind that the model sees",
      rules: [
        TestProject.rule(coding, [TestProject.call("run_check", ["name": "test.sh"])], times: 1),
        TestProject.rule(coding, [TestProject.call("search_files", [:])], times: 1),
        TestProject.rule(coding, [TestProject.call("read_file", ["path": "made/by-check.txt"])], times: 1),
      ],
      files: TestProject.small.merging([
        "test.sh": "mkdir -p made; echo traces > made/by-check.txt; test \"$(cat out.txt)\" = good && echo '1 passed'\n"
      ]) { $1 }
    ),
    Case(
      name: "a budget is spent",
      settings: RunSettings(limits: RunLimits(calls: 2)),
      outcome: .budget
    ),
    Case(
      name: "a task fails and its files are taken back",
      rules: [
        TestProject.rule(coding, [TestProject.write("out.txt", "bad\n"), TestProject.finish]),
        TestProject.rule(["phase": "debugging"], [TestProject.write("out.txt", "worse\n"), TestProject.finish]),
      ],
      overrides: ["limits.task_attempts=2"],
      outcome: .partial
    ),
    Case(name: "there is no check", files: ["MASTER_PLAN.md": "Write out.txt."], outcome: .unverified),
    Case(name: "no rule fits", wellBehaved: false, outcome: .configuration),
  ]

  @Test(arguments: cases)
  func aRunIsPlayedByteForByte(_ test: Case) async throws {
    let project = try TestProject(test.files)
    let result = try await project.run(
      test.rules,
      wellBehaved: test.wellBehaved,
      overrides: test.overrides,
      settings: test.settings
    )
    #expect(result.outcome == test.outcome, "\(result.message)")
    let before = (project.folder.names(), project.folder.text(of: "out.txt"))
    let report = try await project.replay()
    #expect(report.difference == nil)
    #expect(report.result?.outcome == test.outcome)
    // The user's files are not touched, and nothing is left of the replay.
    #expect((project.folder.names(), project.folder.text(of: "out.txt")) == before)
    #expect(TemporaryDirectory.names(in: project.folder.path + "/.autonomy/worktrees").isEmpty)
  }

  /// A killed program leaves a record that just ends; the last commit may be any.
  @Test func aRecordThatEndsAnywhereIsPlayedUpToThere() async throws {
    let project = try TestProject()
    let wrong = [TestProject.write("out.txt", "bad\n"), TestProject.finish]
    _ = try await project.run([TestProject.rule(["phase": "coding"], wrong)])
    try await project.expectPrefixesPlay(by: 3)
  }

  @Test func anInterruptedRunIsPlayedWithItsContinuation() async throws {
    let project = try TestProject()
    let hang = TestProject.fault(["phase": "qa"], ["kind": "hang"])
    let running = Task { try await project.run([hang]) }
    while !project.sink.events.contains(where: { $0.event.isRequest(ofStep: 3) }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    running.cancel()
    #expect(try await running.value.outcome == .interrupted)
    // Of the answer that was cut off nothing had come.
    #expect(try await project.state().run?.spent.outputTokens ?? .max < 1000)
    #expect(try await project.run().outcome == .complete)
    let report = try await project.replay()
    #expect(report.parts == 2)
    #expect(report.difference == nil)
  }

  /// What the user did by hand after the kill came after all that the killed start did.
  @Test(arguments: [1, 2])
  func aKilledRunIsPlayedThoughTheUserRolledBackThen(jobs: Int) async throws {
    let project = try TestProject()
    let hang = TestProject.fault(["phase": "qa"], ["kind": "hang"])
    var settings = RunSettings()
    settings.jobs = jobs
    let running = Task { [settings] in try await project.run([hang], settings: settings) }
    while !project.sink.events.contains(where: { $0.event.isRequest(ofStep: 3) }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    running.cancel()
    #expect(try await running.value.outcome == .interrupted)
    _ = try await project.desk().use { try await $0.rollBack(to: .task(TaskID(number: 1)), .overwrite) }
    #expect(try await project.run(settings: settings).outcome == .complete)
    // Whoever is killed tells of no end, and of no call that it gave up.
    var record = try project.record()
    let end = try #require(record.events.first { $0.event.kind == .result }).sequence
    record.events.removeAll { $0.sequence == end }
    record.items.removeAll { event, item in event <= end && (item.kind == .end || item.kind == .failure) }
    let report = try await project.replay(record)
    #expect(report.parts == 2)
    #expect(report.difference == nil)
    #expect(report.result?.outcome == .complete)
  }

  /// A run may go on with a step that an earlier one decided on.
  @Test func theFileOfARunHasWhatWasSaidInStepsThatAnotherDecidedOn() async throws {
    let project = try TestProject()
    #expect(try await project.run().outcome == .complete)
    var record = try project.record()
    record.events.removeAll { if case .decision(let decision) = $0.event { decision.step == 2 } else { false } }
    let place = try TemporaryDirectory()
    let file = RunFile(path: place.appending("run"))
    _ = try file.write(record, checkpoints: project.folder.path + "/.autonomy/checkpoints")
    let read = try file.read(unpackingTo: place.appending("store"))
    #expect(try #require(read.transcripts[2]).isEmpty == false)
    #expect(read.transcripts == record.transcripts)
  }

  @Test func aFileThatNoCheckpointTakesInIsNamedAsWhatMayBeWhy() async throws {
    let project = try TestProject()
    try project.folder.write(String(repeating: "large ", count: 200_000), to: "data/large.txt")
    let result = try await project.run(overrides: ["checkpoint.largest_file=1"], isPlayed: false)
    #expect(result.outcome == .complete, "\(result.message)")
    let difference = try #require(try await project.replay().difference)
    #expect(difference.cause.contains("could not take in 'data/large.txt'; that may be why"), "\(difference.cause)")
  }

  @Test func whatTheUserDidMeanwhileIsPlayedToo() async throws {
    let project = try TestProject()
    let ask = TestProject.rule(
      ["phase": "coding"],
      [TestProject.call("ask_user", ["question": "Which word?"])],
      times: 1
    )
    #expect(try await project.run([ask]).outcome == .needsUser)
    try project.folder.write("A note of mine.\n", to: "notes/mine.txt")
    try project.folder.write("# Plan\n\nWrite the word good into out.txt, please.\n", to: "MASTER_PLAN.md")
    let box = try #require(try AnswerBox(StateFolder(ofProject: project.folder.path), mask: SecretMask()))
    #expect(try box.put("The word good.", for: QuestionID(number: 1)) == .taken)
    let result = try await project.run()
    #expect(result.outcome == .complete, "\(result.message)")
    let report = try await project.replay()
    #expect(report.parts == 2)
  }

  @Test func aLaterRunBeginsFromWhatTheEarlierOnesLeft() async throws {
    let project = try TestProject()
    _ = try await project.run()
    try project.folder.write("# Plan\n\nWrite the word good into out.txt. Again.\n", to: "MASTER_PLAN.md")
    let result = try await project.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await project.replay(1).difference == nil)
    #expect(try await project.replay(2).difference == nil)
  }

  @Test func anotherAnswerIsShownWithItsStep() async throws {
    let project = try TestProject()
    _ = try await project.run()
    var record = try project.record()
    let index = try #require(
      record.items.firstIndex { item in
        if case .reply(let reply) = item.item { reply.toolCalls.contains { $0.name == "write_file" } } else { false }
      }
    )
    guard case .reply(var reply) = record.items[index].item else { return }
    reply.toolCalls[0].arguments["content"] = "goood\n"
    record.items[index].item = .reply(reply)
    let difference = try #require(try await project.replay(record).difference)
    #expect(difference.step == 2)
    #expect(difference.cause == "The replay came to 'tool.call', where the record has 'tool.call'.")
    #expect(difference.lines.contains { $0.hasPrefix("- after: ") })
  }

  @Test func anotherDecisionIsShownWithItsOwnStep() async throws {
    let project = try TestProject()
    _ = try await project.run()
    var record = try project.record()
    let decisions = record.events.indices.filter {
      if case .decision = record.events[$0].event { true } else { false }
    }
    guard case .decision(var decision) = record.events[decisions[1]].event else { return }
    decision.reason = "Because."
    let stored = record.events[decisions[1]]
    record.events[decisions[1]] = StoredEvent(
      sequence: stored.sequence,
      time: stored.time,
      run: stored.run,
      event: .decision(decision)
    )
    let difference = try #require(try await project.replay(record).difference)
    #expect(difference.step == decision.step)
  }

  @Test func anotherPromptIsShownLineByLine() async throws {
    let project = try TestProject()
    _ = try await project.run()
    var record = try project.record()
    var entries = try #require(record.transcripts[2])
    entries[1].message.content.replace("out.txt", with: "other.txt", maxReplacements: 1)
    record.transcripts[2] = entries
    let difference = try #require(try await project.replay(record).difference)
    #expect(difference.step == 2)
    #expect(difference.cause.contains("message 2 (user) is another"))
    #expect(difference.lines.contains { $0.hasPrefix("- ") && $0.contains("other.txt") })
    #expect(difference.lines.contains { $0.hasPrefix("+ ") && $0.contains("out.txt") })
  }
}

extension Event {
  fileprivate func isRequest(ofStep step: Int) -> Bool {
    if case .modelRequest(let request) = self { request.step == step } else { false }
  }
}
