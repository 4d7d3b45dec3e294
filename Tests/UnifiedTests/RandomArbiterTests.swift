import Pipeline
import TestSupport
import Testing
import Unified

/// Whatever the arbiter and its specialists answer, a run ends as the rules' own would.
@Suite struct RandomArbiterTests {
  @Test(arguments: TestEnvironment.some(0..<60, by: 60))
  func aRandomArbiterNeverDoesLessThanTheRules(block: Int) async throws {
    for seed in (block * 4)..<(block * 4 + 4) {
      let folder = try TemporaryDirectory()
      try folder.write(InterruptionTests.plan, to: "MASTER_PLAN.md")
      try folder.write("test \"$(cat out.txt)\" = good && echo '1 passed, 0 failed'\n", to: "test.sh")
      let mind = RandomMind(seed: UInt64(seed))
      var run = AssembledRun(folder: folder) { request throws(ModelError) in
        let line = request.messages.last { $0.role == .user }?.content ?? ""
        let isMind = ["role=arbiter", "phase=consultation", "phase=interpretation"].contains { line.contains($0) }
        return isMind ? try mind.answer(request.model, tools: request.tools) : InterruptionTests.answer(request)
      }
      run.isOrchestrated = true
      let result = try await run.run()
      #expect(result.outcome == .complete, "seed \(seed): \(result.message)")
      // As many as the rules take: planning, coding, review, repair, review, documentation.
      #expect(result.steps == 6, "seed \(seed)")
      let spent = try run.state().run?.reserveSpent.calls ?? 0
      #expect(spent <= 6 * 20, "seed \(seed): \(spent) calls")
    }
  }
}
