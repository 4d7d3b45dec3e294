import JSON
import Pipeline
import Testing

@testable import autonomy

@Suite struct AnswerTests {
  private func sample() async throws -> SampleRun {
    let run = try SampleRun()
    try await run.begin()
    try await run.ask()
    return run
  }

  @Test func anAnswerReachesTheRunThatIsAtWork() async throws {
    let run = try await sample()
    let lock = try ProjectLock(folder: run.stateFolder, command: "autonomy run")
    let invocation = await Invocation("answer", "q1", "the", "old", "one", in: run.path)
    #expect(invocation.output == "✓ Answered 'q1'. The run that is at work takes it up.\n")
    #expect(try await run.store.unappliedAnswers().map { $0.answer } == ["the old one"])
    withExtendedLifetime(lock) {}
  }

  @Test func anAnswerIsGivenOnce() async throws {
    let run = try await sample()
    #expect(await Invocation("answer", "q1", "C11", in: run.path).exitCode == 0)
    let second = await Invocation("answer", "q1", "C23", in: run.path)
    #expect(second.errors == "Error: The question 'q1' was answered already: 'C11'.\n")
    #expect(second.exitCode == 2)
    #expect(try await run.store.unappliedAnswers().map { $0.answer } == ["C11"])
  }

  @Test func anUnknownQuestionIsRefusedWithThoseThatWait() async throws {
    let run = try await sample()
    let invocation = await Invocation("answer", "q7", "yes", "--json", in: run.path)
    #expect(invocation.errors == "Error: There is no question 'q7'. These wait: 'q1'.\n")
    #expect(try invocation.result["exit_code"]?.integer == 2)
  }
}
