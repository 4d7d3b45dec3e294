import Orchestration
import Pipeline
import Testing

@Suite struct RecentFailuresTests {
  private let failures = RecentFailures()
  private let task = TaskID(number: 1)

  private func hear(_ events: Event...) {
    failures.receive(
      events.enumerated().map { StoredEvent(sequence: $0, time: Timestamp(milliseconds: 0), run: nil, event: $1) }
    )
  }

  private func start(_ step: Int, _ phase: PhaseName, task number: Int = 1) {
    let event = PhaseStartedEvent(step: step, phase: phase, task: TaskID(number: number), role: "coding", model: "m:1b")
    hear(.phaseStarted(event))
  }

  private func end(_ step: Int, _ phase: PhaseName, _ result: String) {
    hear(
      .phaseFinished(
        PhaseFinishedEvent(
          step: step,
          phase: phase,
          task: task,
          result: result,
          reason: "So it is.",
          calls: 1,
          promptTokens: 1,
          outputTokens: 1,
          seconds: 1
        )
      )
    )
  }

  private func check(_ step: Int?, _ status: CheckResult.Status, counts: Bool = true) {
    hear(.checkFinished(CheckFinishedEvent(step: step, check: "test", status: status, seconds: 1, counts: counts)))
  }

  private func refused(_ step: Int, _ tool: String) {
    hear(.toolResult(ToolResultEvent(step: step, tool: tool, ok: false, text: "No.")))
  }

  private func kinds(_ phase: PhaseName = .debugging, of number: Int = 1) -> [FailureKind] {
    failures.failures(of: TaskID(number: number), in: phase).map { $0.kind }
  }

  @Test func tellsTheKindsApart() {
    start(1, .coding)
    refused(1, "edit_file")
    #expect(
      failures.failures(of: task, in: .coding) == [
        StepFailure(.rejectedEdit, phase: .coding, step: 1, task: task, name: "edit_file", detail: "No.")
      ]
    )
    refused(1, "")
    hear(.toolRepair(ToolRepairEvent(step: 1, model: "m", stage: .retried, ok: true, notes: ["No call."])))
    end(1, .coding, "failed")
    #expect(kinds() == [.noWork, .badCalls, .rejectedEdit])
    start(2, .coding)
    end(2, .coding, "over context")
    start(3, .qa)
    check(3, .failed)
    end(3, .qa, "rejected")
    // Where a check has failed there was no review.
    #expect(kinds() == [.failingCheck, .overContext, .noWork, .badCalls, .rejectedEdit])
    start(4, .qa)
    end(4, .qa, "rejected")
    #expect(kinds().prefix(2) == [.reviewIssues, .failingCheck])
    end(4, .qa, "no verdict")
    #expect(kinds(.qa) == [.noVerdict])
  }

  @Test func whatWentWellIsNoFailure() {
    start(1, .coding)
    hear(.toolResult(ToolResultEvent(step: 1, tool: "edit_file", ok: true, text: "Changed.")))
    hear(.toolRepair(ToolRepairEvent(step: 1, model: "m", stage: .text, ok: true)))
    check(1, .absent)
    check(nil, .failed)
    check(1, .failed, counts: false)
    end(1, .coding, "coded")
    #expect(kinds() == [])
  }

  @Test func aCheckThatPassesAgainIsForgotten() {
    start(1, .qa)
    check(1, .failed)
    #expect(kinds() == [.failingCheck])
    start(2, .debugging)
    check(2, .passed)
    #expect(kinds() == [])
  }

  @Test func aReviewHearsOnlyOfReviews() {
    start(1, .coding)
    refused(1, "edit_file")
    start(2, .qa)
    check(2, .failed)
    end(2, .qa, "no verdict")
    #expect(kinds(.qa) == [.noVerdict])
    #expect(kinds(.debugging) == [.failingCheck, .rejectedEdit])
  }

  @Test func mistakesInCallsCountForOtherTasksForAWhile() {
    start(1, .coding)
    refused(1, "edit_file")
    end(1, .coding, "failed")
    #expect(kinds(.coding, of: 2) == [.rejectedEdit])
    #expect(kinds(.debugging, of: 2) == [])
    for step in 2...12 { start(step, .coding, task: 2) }
    #expect(kinds(.coding, of: 2) == [])
    #expect(kinds(.coding, of: 1) == [.noWork, .rejectedEdit])
  }

  @Test func aTaskThatEndedLeavesNothing() {
    start(1, .coding)
    end(1, .coding, "failed")
    hear(
      .taskChanged(TaskChangedEvent(task: task, event: .approved, from: .inReview, to: .done, attemptsLeft: 1))
    )
    #expect(kinds() == [])
  }

  @Test func toldThePastItGoesOnWhereItWas() async throws {
    let started = PhaseStartedEvent(step: 1, phase: .coding, task: task, role: "coding", model: "m:1b")
    let refused = ToolResultEvent(step: 1, tool: "edit_file", ok: false, text: "No.")
    hear(.phaseStarted(started), .toolResult(refused))
    let past = [Event.phaseStarted(started), .toolResult(refused)].enumerated().map { index, event in
      StoredEvent(sequence: index + 1, time: .now, run: nil, event: event)
    }
    let later = RecentFailures()
    try await EventBus().subscribe(later, after: 0) { _ in past }
    #expect(later.failures(of: task, in: .debugging) == failures.failures(of: task, in: .debugging))
    #expect(kinds() == [.rejectedEdit])
  }
}
