import Pipeline
import Testing
import Unified

@Suite struct RunMeasurementTests {
  private let task = TaskID(number: 1)

  private func measures(_ events: [Event]) -> RunMeasures {
    var measurement = RunMeasurement()
    for event in events { measurement.take(event) }
    return measurement.result()
  }

  private func start(_ step: Int, _ phase: PhaseName = .coding) -> Event {
    .phaseStarted(PhaseStartedEvent(step: step, phase: phase, task: task, role: "coding", model: "m@s"))
  }

  private func end(_ step: Int, _ phase: PhaseName, _ result: String) -> Event {
    .phaseFinished(
      PhaseFinishedEvent(
        step: step,
        phase: phase,
        task: task,
        result: result,
        reason: "",
        calls: 1,
        promptTokens: 0,
        outputTokens: 0,
        seconds: 0
      )
    )
  }

  private func response(_ step: Int, model: String = "m", tools: [String] = ["write_file"]) -> Event {
    .modelResponse(
      ModelResponseEvent(
        step: step,
        model: model,
        server: "s",
        finish: "stop",
        promptTokens: 100,
        outputTokens: 10,
        tools: tools,
        seconds: 2
      )
    )
  }

  private func repair(_ stage: CallStage, ok: Bool, tools: [String] = ["write_file"]) -> Event {
    .toolRepair(ToolRepairEvent(step: 1, model: "m", stage: stage, ok: ok, tools: tools))
  }

  @Test func tellsThePhasesModelsFromThoseThatDecide() {
    let result = measures([
      response(1, model: "arbiter", tools: ["change_phase"]), start(1), response(1), response(1),
      end(1, .coding, "coded"), response(2, model: "arbiter", tools: ["change_phase"]),
    ])
    #expect(
      result.models.map { "\($0.model) \($0.role) \($0.calls) \($0.promptTokens) \($0.outputTokens)" } == [
        "arbiter deciding 2 200 20", "m coding 2 200 20",
      ]
    )
    #expect(result.tokens == 440)
    #expect(result.modelSeconds == 8)
    #expect(result.toolCalls.validAtFirst == 2)
  }

  @Test func countsEachAnswerWithCallsOnce() {
    let result = measures([
      start(1),
      // Right at first.
      response(1),
      // Native, but mended; native, and beyond mending.
      response(1), repair(.native, ok: true),
      response(1), repair(.native, ok: false), .toolResult(ToolResultEvent(step: 1, tool: "", ok: false, text: "")),
      // Read out of the text; asked again without success, and told so.
      response(1, tools: []), repair(.text, ok: true),
      response(1, tools: []), repair(.bound, ok: false), repair(.retried, ok: true),
      // Words that call nothing are no calls.
      response(1, tools: []), repair(.bound, ok: true, tools: []),
    ]).toolCalls
    #expect(result.validAtFirst == 1)
    #expect(result.mended == ["native": 1, "text": 1])
    #expect(result.lost == 2)
    #expect(result.succeeded == 3)
  }

  @Test func countsTheWorkingStepsFromTheFirstFailureOn() {
    let recovered = Event.recovery(
      RecoveryEvent(task: task, kind: .failingCheck, since: 2, steps: 4, askedUser: false)
    )
    let result = measures([
      start(1), end(1, .coding, "coded"), start(2, .qa), end(2, .qa, "rejected"), start(3, .debugging),
      end(3, .debugging, "failed"), start(4, .debugging), end(4, .debugging, "fixed"), start(5, .qa),
      end(5, .qa, "approved"), recovered,
    ])
    #expect(result.recovery.workingSteps == [2])
    #expect(result.recovery.failures == 1)
    #expect(result.recovery.withoutUser == 1)
    #expect(result.steps == 5)
  }

  /// In the order of the journal: what a step comes to is told before its end.
  @Test(arguments: [false, true])
  func aTaskThatIsGivenUpIsAFailureWithoutRecovery(atItsFirstFailure: Bool) {
    func changed(to status: TaskStatus, in step: Int) -> Event {
      let left = status == .failed ? 0 : 1
      return .taskChanged(
        TaskChangedEvent(task: task, event: .rejected, from: .inReview, to: status, attemptsLeft: left, step: step)
      )
    }
    let first: [Event] = [start(1), end(1, .coding, "coded"), start(2, .qa)]
    let rejected: [Event] = [
      changed(to: .needsFix, in: 2), end(2, .qa, "rejected"), start(3, .debugging), end(3, .debugging, "fixed"),
      start(4, .qa),
    ]
    let last = atItsFirstFailure ? 2 : 4
    let result = measures(
      first + (atItsFirstFailure ? [] : rejected) + [changed(to: .failed, in: last), end(last, .qa, "rejected")]
    )
    var expected = RecoveryMeasures()
    expected.failures = 1
    #expect(result.recovery == expected)
  }

  @Test func aTaskThatIsReopenedBeginsAnew() {
    let given = Event.taskChanged(
      TaskChangedEvent(task: task, event: .rejected, from: .inReview, to: .failed, attemptsLeft: 0, step: 2)
    )
    let recovered = Event.recovery(
      RecoveryEvent(task: task, kind: .failingCheck, since: 4, steps: 2, askedUser: false)
    )
    let result = measures([
      start(1), end(1, .coding, "coded"), start(2, .qa), given, end(2, .qa, "rejected"), start(3),
      end(3, .coding, "coded"), start(4, .qa), end(4, .qa, "rejected"), start(5, .debugging),
      end(5, .debugging, "fixed"), start(6, .qa), recovered, end(6, .qa, "approved"),
    ]).recovery
    #expect(result.failures == 2)
    #expect(result.workingSteps == [1])
  }

  @Test func countsAdviceAndAgreement() throws {
    let coding = try #require(Action("coding t1"))
    let debugging = try #require(Action("debugging t1"))
    func decision(_ action: Action, rules: Action?, guidance: String?) -> Event {
      .decision(
        DecisionEvent(
          step: 1,
          action: action,
          maker: "arbiter",
          reason: "",
          legal: [],
          progress: "",
          repeats: 0,
          rules: rules,
          guidance: guidance
        )
      )
    }
    func consultation(isRepeated: Bool) -> Event {
      .consultation(
        ConsultationEvent(step: 1, role: "reasoning", query: "", context: "", progress: "", isRepeated: isRepeated)
      )
    }
    let result = measures([
      decision(coding, rules: coding, guidance: "do"), decision(coding, rules: debugging, guidance: nil),
      decision(coding, rules: nil, guidance: nil), consultation(isRepeated: true), consultation(isRepeated: false),
      .fallback(FallbackEvent(step: 1, reason: "", action: coding)),
    ])
    #expect((result.decisions, result.agreeing, result.fallbacks) == (2, 1, 1))
    #expect((result.advice.consultations, result.advice.repeated, result.advice.followed) == (2, 1, 1))
  }
}
