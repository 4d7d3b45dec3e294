import JSON
import Pipeline
import TestSupport
import Testing

/// Models that spoil a share of their tool calls still get their work done.
@Suite struct BadCallTests {
  @Test(arguments: Damage.allCases, TestEnvironment.some([0.3, 0.1, 0.6], by: 3))
  func everyKindOfDamageIsGotOver(damage: Damage, share: Double) async throws {
    let project = try TestProject()
    let rules = Damage.rules([damage], share: share, over: TestProject.goodRules)
    let seed = Int(share * 10)
    let result = try await project.run(
      rules,
      wellBehaved: false,
      seed: seed,
      overrides: ["limits.step_model_calls=40"]
    )
    if share < 0.5 { #expect(result.outcome == .complete, "\(result.message)") }
    // Whatever the end, it is true.
    let text = project.folder.text(of: "out.txt")
    #expect(result.outcome != .complete || text == "good\n")
    #expect(text == nil || text == "good\n")
    #expect(result.outcome != .internalError)
  }

  @Test func aModelThatOnlyWritesTextIsUnderstoodAtOnce() async throws {
    for damage in [Damage.fencedJSON, .python, .xml, .otherSpelling] {
      let project = try TestProject()
      let rules = Damage.rules([damage], share: 1, over: TestProject.goodRules)
      let result = try await project.run(rules, wellBehaved: false)
      #expect(result.outcome == .complete, "\(damage): \(result.message)")
      let asked = project.sink.events.count { if case .modelRequest = $0.event { true } else { false } }
      #expect(asked == 4, "\(damage): one request a step")
      let repairs = project.sink.repairs
      #expect(!repairs.isEmpty && repairs.allSatisfy(\.ok), "\(damage)")
    }
  }

  @Test func aSwallowedCallIsAskedForAgainWithoutTools() async throws {
    let project = try TestProject()
    let rules = Damage.rules([.swallowed], share: 1, over: TestProject.goodRules)
    let result = try await project.run(rules, wellBehaved: false)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.repairs.allSatisfy { $0.stage == .described && $0.ok })
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: project.folder.path)))
    let tally = try reader.callTallies()["qwen2.5-coder:32b"]
    #expect(tally?.repaired == [.described: project.sink.repairs.count])
    #expect(tally?.lost == [:])
  }

  @Test func anInterpreterThatTheUserNamedIsAskedInTheTraditionalMode() async throws {
    let project = try TestProject()
    let model: JSONValue = ["name": "functiongemma", "context_length": 8192, "capabilities": ["tools"]]
    let interpretation = """
      {"calls": [{"name": "write_file", "arguments": {"path": "out.txt", "content": "good\\n"}}], "confidence": 0.9}
      """
    // Words from which no reader takes a call, and none after it that writes.
    let words =
      "Put this into out.txt: \"good\\n\" (I cannot call: <tool_call>{\"name\": \"write_file\", \"arguments\": {"
    let rules: [JSONValue] = [
      ["when": ["role": "interpreter"], "reply": ["content": .string(interpretation)]],
      TestProject.rule(["phase": "coding", "last_role": "tool"], [TestProject.finish]),
      ["when": ["phase": "coding"], "reply": ["content": .string(words)]],
    ]
    let result = try await project.run(rules, overrides: ["models.interpreter=functiongemma"], models: [model])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.repairs.contains { $0.stage == .interpreted && $0.ok })
    #expect(try await project.state().run?.reserveSpent.calls == 0)
  }

  @Test(.enabled(if: TestEnvironment.wantsSlowTests, "SLOW_TESTS=1 runs this."), arguments: [0.1, 0.3, 0.6])
  func theDemoIsDevelopedAllTheSame(share: Double) async throws {
    let seed = Int(share * 10)
    let (result, project) = try await DemoProject.run(seed: seed) {
      Damage.rules(Damage.allCases, share: share, over: $0)
    }
    if share < 0.5 { #expect(result.outcome == .complete, "\(result.message)") }
    // One call in ten of so few may well be none.
    #expect(share < 0.2 || !project.sink.repairs.isEmpty)
    #expect(result.outcome != .complete || result.checks["test.sh"] == "passed")
  }

  @Test(.enabled(if: ExerciseTests.folder != nil, "The exercises in '../shared/data/projects' are not there."))
  func recoveryTakesOneMoreAnswerAtMostNineTimesInTen() async throws {
    var recoveries: [Int] = []
    let names = TestEnvironment.wantsSlowTests ? ExerciseTests.names : Array(ExerciseTests.names.prefix(2))
    for (number, name) in names.enumerated() {
      for (offset, share) in [0.1, 0.3, 0.6].enumerated() {
        let exercise = try Exercise(name)
        let (result, project) = try await exercise.run(seed: 3 * number + offset) {
          Damage.rules(Damage.allCases, share: share, over: $0)
        }
        if share < 0.5 { #expect(result.outcome == .complete, "\(name) at \(share): \(result.message)") }
        #expect(result.outcome != .complete || project.folder.text(of: exercise.target) == exercise.solution)
        if share < 0.5 { recoveries += project.sink.recoveries }
      }
    }
    recoveries.sort()
    try #require(!recoveries.isEmpty)
    #expect(recoveries[recoveries.count / 2] <= 1)
    #expect(recoveries[recoveries.count * 9 / 10] < 2, "\(recoveries)")
  }
}

extension RecordingEventSink {
  var repairs: [ToolRepairEvent] {
    events.compactMap { if case .toolRepair(let event) = $0.event { event } else { nil } }
  }

  /// After each answer whose calls did not get through as they were: how many more answers it took until some did.
  var recoveries: [Int] {
    var recoveries: [Int] = []
    var waiting: Int?
    for stored in events {
      switch stored.event {
      case .modelResponse: waiting = waiting.map { $0 + 1 }
      case .toolRepair(let repair) where repair.ok && repair.stage != .retried:
        recoveries.append(waiting ?? 0)
        waiting = nil
      case .toolRepair: waiting = waiting ?? 0
      case .toolResult(let result) where !result.ok && result.tool.isEmpty: waiting = waiting ?? 0
      case .toolCall:
        if let answers = waiting { recoveries.append(answers) }
        waiting = nil
      case .phaseFinished: waiting = nil
      default: break
      }
    }
    return recoveries
  }
}
