import SourceControl
import Testing

@testable import Pipeline

/// The questions of a state for whose answers somebody waits.
@Suite struct WaitingQuestionTests {
  private let task = TaskID(number: 1)

  private func state() throws -> PipelineState {
    var state = PipelineState()
    try state.apply(.taskAdded(TaskRecord(id: task, description: "One.", targets: ["a"], order: 0), attempts: 6))
    try state.apply(.questionAsked(Question(id: QuestionID(number: 1), task: task, text: "Which?")))
    try state.apply(.taskMoved(task, .asked))
    return state
  }

  @Test func aTaskThatAskedWaitsUntilItLeavesThePlan() throws {
    var state = try state()
    #expect(state.waitingQuestions.map(\.text) == ["Which?"])
    // Earlier versions left the question open.
    try state.apply(.taskMoved(task, .leftPlan))
    #expect(state.waitingQuestions.isEmpty && state.questions.count == 1)
  }

  @Test func planningWaitsForTheAnswerToItsOwn() throws {
    var state = PipelineState()
    try state.apply(.questionAsked(Question(id: QuestionID(number: 1), task: nil, text: "What?")))
    #expect(state.waitingQuestions.map(\.text) == ["What?"])
  }
}
