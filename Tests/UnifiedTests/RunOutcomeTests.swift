import JSON
import Persistence
import Pipeline
import TestSupport
import Testing
import Unified

/// What becomes of a run under good and bad models, servers and users.
@Suite struct RunOutcomeTests {
  /// A misbehaviour and how the run must end.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var rules: [JSONValue]
    var outcome: RunOutcome
    /// Whether a task may have been charged for it.
    var drawsAttempts = true

    var testDescription: String { name }
  }

  private static let coding: JSONValue = ["phase": "coding"]

  static let serverFaults: [Case] = [
    ("HTTP 500 for ever", ["kind": "http_status", "status": 500, "body": "{\"error\":\"boom\"}"]),
    ("a hang before the answer", ["kind": "hang"]),
    ("a hang in the middle", ["kind": "hang", "after_chunks": 1]),
    ("a connection closed mid-stream", ["kind": "close_mid_stream", "after_chunks": 1]),
    ("malformed JSON", ["kind": "malformed_json"]),
    ("an error line under HTTP 200", ["kind": "error_line", "message": "llama runner died"]),
    ("a server that goes away", ["kind": "refuse"]),
  ].map { name, fault in
    Case(name: name, rules: [TestProject.fault(coding, fault)], outcome: .unavailable, drawsAttempts: false)
  }

  static let modelFaults: [Case] = [
    Case(
      name: "never calls a tool",
      rules: [["when": coding, "reply": ["content": "I will do it."]]],
      outcome: .noProgress
    ),
    Case(
      name: "answers nothing",
      rules: [["when": coding, "reply": ["content": ""]]],
      outcome: .noProgress
    ),
    Case(
      name: "only reads for ever",
      rules: [TestProject.rule(coding, [TestProject.call("read_file", ["path": "test.sh"])])],
      outcome: .noProgress
    ),
    Case(
      name: "calls tools that are not offered",
      rules: [TestProject.rule(coding, [TestProject.call("run_shell", ["command": "rm -rf /"])])],
      outcome: .noProgress
    ),
    Case(
      name: "sends an empty name",
      rules: [TestProject.rule(coding, [TestProject.call("", [:])])],
      outcome: .noProgress
    ),
    Case(
      name: "is cut at its length for ever",
      rules: [["when": coding, "reply": ["content": "def f", "done_reason": "length"]]],
      outcome: .noProgress
    ),
    Case(
      name: "writes outside the project",
      rules: [TestProject.rule(coding, [TestProject.write("../escaped.txt", "x")])],
      outcome: .noProgress
    ),
    Case(
      name: "approves the wrong file",
      rules: [TestProject.rule(["phase": "qa"], [TestProject.approve("test.sh")])],
      outcome: .noProgress
    ),
    Case(
      name: "gives no verdict",
      rules: [["when": ["phase": "qa"], "reply": ["content": "Looks good."]]],
      outcome: .noProgress
    ),
    Case(
      name: "reports issues for ever",
      rules: [
        TestProject.rule(
          ["phase": "qa"],
          [TestProject.call("report_issue", ["path": "out.txt", "kind": "logic", "description": "Not good enough."])]
        )
      ],
      outcome: .noProgress
    ),
    Case(
      name: "plans nothing",
      rules: [["when": ["phase": "planning"], "reply": ["content": "First, we think."]]],
      outcome: .noProgress
    ),
    Case(
      name: "plans a cycle",
      rules: [
        TestProject.rule(
          ["phase": "planning"],
          [
            TestProject.call(
              "plan_tasks",
              ["tasks": [["description": "Write it.", "target_files": ["out.txt"], "depends_on": [1]]]]
            )
          ]
        )
      ],
      outcome: .noProgress
    ),
    Case(
      name: "sees a cut prompt for ever",
      rules: [TestProject.fault(coding, ["kind": "truncate_prompt", "tokens": 50])],
      outcome: .partial
    ),
  ]

  @Test func aGoodModelCompletesTheProject() async throws {
    let project = try TestProject()
    let result = try await project.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == "good\n")
    #expect(project.folder.text(of: "MASTER_PLAN.md") == TestProject.small["MASTER_PLAN.md"])
    #expect(project.sink.events.last?.event == .result(result))
  }

  @Test func aRunThatLacksSeveralModelsNamesThemAll() async throws {
    let project = try TestProject()
    let refusal = await #expect(throws: RunRefusal.self) {
      try await project.run(overrides: ["models.coding=absent:1", "models.reasoning=away:2"])
    }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.contains("No server has the models 'away:2', 'absent:1'.") == true)
    #expect(refusal?.description.contains("'ollama pull away:2' and 'ollama pull absent:1'") == true)
  }

  @Test(arguments: serverFaults)
  func aServerThatFailsForEverEndsTheRunAndCostsNoAttempt(_ test: Case) async throws {
    let project = try TestProject()
    let result = try await project.run(test.rules, overrides: TestProject.impatient)
    #expect(result.outcome == test.outcome, "\(result.message)")
    let state = try await project.state()
    #expect(state.counters.values.allSatisfy { $0.attemptsDrawn == 0 })
    #expect(state.task(TaskID(number: 1))?.status == .pending)
    // The same run goes on where it was, with a server that works again.
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(try await project.state().runsMade == 1)
  }

  @Test(arguments: modelFaults)
  func aModelThatMisbehavesForEverEndsTheRun(_ test: Case) async throws {
    let project = try TestProject()
    let result = try await project.run(test.rules)
    #expect(result.outcome == test.outcome, "\(result.message)")
    #expect(project.folder.text(of: "../escaped.txt") == nil)
    #expect(project.folder.text(of: "MASTER_PLAN.md") == TestProject.small["MASTER_PLAN.md"])
    if case .result(let last)? = project.sink.events.last?.event { #expect(last == result) }
  }

  @Test(arguments: ["sleep 600\n", "test ! -e out.txt || sleep 600\n"])
  func aCheckEndsWithTheRunsTime(script: String) async throws {
    var files = TestProject.small
    files["test.sh"] = script
    let project = try TestProject(files)
    var settings = RunSettings()
    settings.limits.seconds = 2
    let result = try await project.run(settings: settings)
    #expect(result.outcome == .budget, "\(result.message)")
    #expect(result.message.contains("of time"), "\(result.message)")
  }

  @Test(arguments: [
    TestProject.fault(["phase": "coding"], ["kind": "http_status", "status": 503], times: 1),
    TestProject.fault(["phase": "qa"], ["kind": "close_mid_stream", "after_chunks": 1], times: 1),
    TestProject.fault(["phase": "coding"], ["kind": "truncate_prompt", "tokens": 50], times: 1),
    ["when": ["phase": "coding"], "times": 1, "reply": ["content": "cut", "done_reason": "length"]],
    TestProject.rule(["phase": "coding"], [TestProject.call("", [:])], times: 1),
    TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "bad\n"), TestProject.finish]),
  ])
  func onePassingFaultIsGotOver(rule: JSONValue) async throws {
    let project = try TestProject()
    let result = try await project.run([rule])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == "good\n")
  }

  @Test func aFailureThatIsGotOverIsRecordedWithItsSteps() async throws {
    let project = try TestProject()
    let wrong = [TestProject.write("out.txt", "bad\n"), TestProject.finish]
    let result = try await project.run([
      TestProject.rule(["phase": "coding"], wrong), TestProject.rule(["phase": "debugging"], wrong, times: 1),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    let recoveries = project.sink.events.compactMap { stored -> RecoveryEvent? in
      if case .recovery(let event) = stored.event { event } else { nil }
    }
    // Two repairs and two reviews after the review that failed.
    let expected = RecoveryEvent(task: TaskID(number: 1), kind: .failingCheck, since: 3, steps: 4, askedUser: false)
    #expect(recoveries == [expected])
  }

  @Test func theChecksAreToldOfAsTheyAreAtTheEnd() async throws {
    let project = try TestProject()
    let issue = TestProject.call("report_issue", ["path": "out.txt", "kind": "logic", "description": "No."])
    let result = try await project.run(
      [TestProject.rule(["phase": "qa"], [issue])],
      overrides: ["limits.task_attempts=1"]
    )
    // They passed with the file of the task that failed, which is not there any more.
    #expect(project.folder.text(of: "out.txt") == nil)
    #expect(result.checks == ["test.sh": "failed"])
    #expect(try await project.state().latestChecks == ["test.sh": .failed])
  }

  @Test func withoutAServerNothingBegins() async throws {
    let project = try TestProject()
    let refusal = await #expect(throws: RunRefusal.self) { try await project.run(url: "http://127.0.0.1:9") }
    #expect(refusal?.outcome == .unavailable)
    #expect(try await project.state().run == nil)
  }

  @Test func aMissingModelIsNamedWithWhatIsThere() async throws {
    let project = try TestProject()
    let refusal = await #expect(throws: RunRefusal.self) {
      try await project.run(overrides: ["models.coding=qwen2.5-coder:7b"])
    }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.contains("'qwen2.5-coder:32b'") == true)
  }

  @Test func aRequestWithoutARuleEndsTheRunAsConfiguration() async throws {
    let project = try TestProject()
    let result = try await project.run([], wellBehaved: false)
    #expect(result.outcome == .configuration)
    #expect(result.exitCode == 2)
  }

  @Test func withoutACheckTheWorkIsUnverified() async throws {
    let project = try TestProject(["MASTER_PLAN.md": "Write out.txt."])
    let result = try await project.run()
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(try await project.state().tasks.allSatisfy { $0.status == .done && $0.approval?.isVerified == false })
  }

  @Test(arguments: [
    (nil, "but there is no check."), ("true\n", "The checks hold"),
    ("echo '0 passed, 0 failed'\n", "but no check proves anything."),
  ])
  func anApprovalSaysWhatTheChecksAreWorth(check: String?, words: String) async throws {
    var files = TestProject.small
    files["test.sh"] = check
    let project = try TestProject(files)
    _ = try await project.run()
    let reasons = project.sink.events.compactMap { stored -> String? in
      if case .phaseFinished(let event) = stored.event, event.result == "approved" { event.reason } else { nil }
    }
    #expect(reasons.count == 1 && reasons[0].contains(words), "\(reasons)")
  }

  @Test func aCheckThatHangsIsEndedAndCountsAsFailed() async throws {
    var files = TestProject.small
    files["test.sh"] = "test -e out.txt && sleep 600\n"
    let result = try await TestProject(files).run(overrides: ["limits.task_attempts=1", "limits.check_time=300ms"])
    #expect(result.outcome == .partial, "\(result.message)")
  }

  @Test func aDatabaseThatTakesNothingMoreIsTheMachinesDoing() async throws {
    let project = try TestProject()
    let first = try await project.run(settings: RunSettings(limits: RunLimits(steps: 1)))
    #expect(first.outcome == .budget, "\(first.message)")
    let other = try Connection(path: StateFolder(ofProject: project.folder.path).database)
    try other.executeScript("BEGIN IMMEDIATE")
    let refusal = await #expect(throws: RunRefusal.self) {
      try await project.run(settings: RunSettings(limits: RunLimits(steps: 9)))
    }
    #expect(refusal?.outcome == .environment)
    try other.executeScript("ROLLBACK")
  }
}
