import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// What a run says of a task on which the same was done again and again.
@Suite struct LastCauseTests {
  private static let limit = "The step took 6 model calls without coming to an end."

  @Test func aReviewWithoutAVerdictIsNamedAsTheCause() async throws {
    let project = try TestProject()
    let result = try await project.run([["when": ["phase": "qa"], "reply": ["content": "It looks fine."]]])
    #expect(result.outcome == .noProgress)
    let cause = "changed nothing. The review gave no verdict on every path. \(Self.limit)"
    #expect(result.message.hasSuffix(cause), "\(result.message)")
  }

  @Test func whatAnEarlierReviewReportedIsNotTheCauseOfTheLast() async throws {
    let project = try TestProject()
    let issue = TestProject.call(
      "report_issue",
      ["path": "out.txt", "kind": "logic", "description": "It is too short."]
    )
    let result = try await project.run([
      TestProject.rule(["phase": "qa"], [issue], times: 1),
      ["when": ["phase": "qa"], "reply": ["content": "It looks fine."]],
    ])
    #expect(result.message.hasSuffix(Self.limit), "\(result.message)")
  }

  @Test func aCheckThatStillFailsIsNamedAsTheCause() async throws {
    let project = try TestProject()
    let result = try await project.run([
      TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "bad\n"), TestProject.finish]),
      TestProject.rule(["phase": "debugging"], [TestProject.finish]),
    ])
    #expect(result.outcome == .noProgress)
    #expect(result.message.contains("changed nothing. The check 'test.sh' failed (exit code 1)"), "\(result.message)")
  }

  @Test func whatAModelSaidIsEndedAsASentence() async throws {
    let project = try TestProject()
    let first = try await project.run([["when": ["phase": "coding"], "reply": ["content": "I cannot\nsee it"]]])
    #expect(first.message.hasSuffix("The model only said: I cannot."), "\(first.message)")
    let second = try await project.run()
    #expect(second.message.hasSuffix("The model only said: I cannot. Nothing has changed since."), "\(second.message)")
  }
}
