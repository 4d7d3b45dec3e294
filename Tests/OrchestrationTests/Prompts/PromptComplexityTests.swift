import Orchestration
import Pipeline
import SourceControl
import Testing

@Suite struct PromptComplexityTests {
  private func complexity(_ step: SampleStep, _ failures: [StepFailure] = []) throws -> PromptComplexity {
    let prompt = try step.prompt
    return PromptComplexity(of: prompt, task: try #require(prompt.record), failures: failures)
  }

  @Test func aSmallTaskAtItsFirstAttemptIsAsSimpleAsCanBe() throws {
    #expect(try complexity(SampleStep()).score == 1)
    #expect(try complexity(SampleStep()).points.isEmpty)
  }

  @Test(
    arguments: [
      (SampleStep(targets: ["a", "b"]), [.targets: 1]),
      (SampleStep(targets: ["a", "b", "c", "d", "e"]), [.targets: 3]),
      (SampleStep(fileSize: 9000), [.context: 1]),
      (SampleStep(fileSize: 50_000), [.context: 3]),
      (SampleStep(attempt: 2), [.failedAttempts: 1]),
      (SampleStep(attempt: 6), [.failedAttempts: 3]),
      (SampleStep(dependencies: 1), [:]),
      (SampleStep(dependencies: 2), [.dependencies: 1]),
      // A review is no harder because the work took several attempts.
      (SampleStep(phase: .qa, attempt: 3), [:]),
    ] as [(SampleStep, [PromptComplexity.Factor: Int])]
  )
  func eachFactorAddsItsPoints(step: SampleStep, points: [PromptComplexity.Factor: Int]) throws {
    let complexity = try complexity(step)
    #expect(complexity.points == points)
    #expect(complexity.score == 1 + points.values.reduce(0, +))
  }

  @Test func whatTheTaskMetCounts() throws {
    var prompt = try SampleStep(phase: .debugging).prompt
    var task = try #require(prompt.record)
    task.noteChange(of: ProjectPath("other.c"), before: nil, after: nil)
    task.issues = [
      ReviewIssue(path: task.targets[0], kind: .logic, description: "Wrong."),
      ReviewIssue(path: task.targets[0], kind: .types, description: "Wrong too."),
    ]
    prompt.record = task
    let complexity = PromptComplexity(of: prompt, task: task, failures: [SampleStep().failure(.failingCheck)])
    #expect(complexity.points == [.strayChanges: 1, .findings: 1, .recentFailures: 1])
  }

  @Test func neverPassesTen() throws {
    let step = SampleStep(attempt: 9, targets: (0..<9).map { "f\($0)" }, dependencies: 9, fileSize: 20_000)
    #expect(try complexity(step, FailureKind.allCases.map { step.failure($0) }).score == 10)
  }
}
