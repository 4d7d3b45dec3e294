import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// Questions for which nobody waits any more.
@Suite struct LeftQuestionTests {
  /// A project whose one task has asked, and whose plan is another since.
  private func replanned() async throws -> TestProject {
    let project = try TestProject()
    let first = try await project.run([
      TestProject.rule(["phase": "planning"], [TestProject.plan(["other.txt"])]),
      TestProject.rule(["phase": "coding"], [TestProject.call("ask_user", ["question": "Which word?"])]),
    ])
    #expect(first.outcome == .needsUser, "\(first.message)")
    try project.folder.write("Write only out.txt.\n", to: "MASTER_PLAN.md")
    return project
  }

  @Test func aQuestionOfATaskThatLeftThePlanKeepsNobody() async throws {
    let project = try await replanned()
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(try await project.state().questions.isEmpty)
    let box = try #require(try AnswerBox(StateFolder(ofProject: project.folder.path)))
    #expect(try box.put("The word good.", for: QuestionID(number: 1)) == .closed)
  }

  @Test func aTaskThatComesBackIntoThePlanMayAskAgain() async throws {
    let project = try await replanned()
    _ = try await project.run()
    try project.folder.write("Write other.txt again.\n", to: "MASTER_PLAN.md")
    let third = try await project.run([
      TestProject.rule(["phase": "planning"], [TestProject.plan(["other.txt"])]),
      TestProject.rule(["phase": "coding"], [TestProject.call("ask_user", ["question": "Which word?"])]),
    ])
    #expect(third.outcome == .needsUser, "\(third.message)")
    #expect(try await project.state().questions.map(\.id) == [QuestionID(number: 2)])
  }
}
