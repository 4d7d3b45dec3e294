import JSON
import Pipeline
import TestSupport
import Testing

/// When a review comes to its verdict.
@Suite struct VerdictTests {
  @Test func anIssueInTheAnswerOfTheApprovalWins() async throws {
    let issue = TestProject.call("report_issue", ["path": "out.txt", "kind": "logic", "description": "It is bad."])
    let project = try TestProject()
    let result = try await project.run([
      TestProject.rule(["phase": "qa"], [TestProject.approve("out.txt"), issue], times: 1)
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    let ends = project.sink.events.compactMap { stored in
      if case .phaseFinished(let event) = stored.event, event.phase != .planning { event.result } else { nil }
    }
    #expect(ends == ["coded", "rejected", "fixed", "approved", "documented"], "\(ends)")
  }

  @Test func anIssueThatCannotBeReadStillHoldsTheApprovalBack() async throws {
    let issue = TestProject.call("report_issue", ["path": "out.txt", "kind": "ugly", "description": "It is bad."])
    let mended = TestProject.call("report_issue", ["path": "out.txt", "kind": "logic", "description": "It is bad."])
    let project = try TestProject()
    let result = try await project.run([
      TestProject.rule(["phase": "qa"], [TestProject.approve("out.txt"), issue], times: 1),
      TestProject.rule(["phase": "qa"], [mended], times: 1),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await project.state().counters[TaskID(number: 1)]?.attemptsDrawn == 2)
  }

  @Test func anApprovalWithOtherCallsAfterItEndsTheReview() async throws {
    let look = TestProject.call("read_file", ["path": "out.txt"])
    let project = try TestProject()
    let result = try await project.run([
      TestProject.rule(["phase": "qa"], [TestProject.approve("out.txt"), look], times: 1)
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    let reviews = project.sink.events.compactMap { stored in
      if case .phaseFinished(let event) = stored.event, event.phase == .qa { event.calls } else { nil }
    }
    #expect(reviews == [1])
  }
}
