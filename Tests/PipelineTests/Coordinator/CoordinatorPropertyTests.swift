import Pipeline
import TestSupport
import Testing

/// Whatever deciders, models and checks do, a run ends within its bound and by the rules.
@Suite struct CoordinatorPropertyTests {
  @Test(arguments: TestEnvironment.some(0..<20, by: 3))
  func alwaysHaltsWithinItsBoundAndTakesNoIllegalTransition(block: Int) async throws {
    for seed in (block * 100)..<(block * 100 + 100) {
      let world = RandomWorld(seed: UInt64(seed))
      let result = await world.run(by: RandomDecisionMaker { world.pick($0) })
      let violations = await world.violations(of: result)
      #expect(violations.isEmpty, "seed \(seed)")
    }
  }
}

/// Chooses at random, and now and then what is not legal.
private struct RandomDecisionMaker: DecisionMaker {
  let pick: @Sendable ([Action]) -> Action

  func decide(_ situation: Situation) -> Decision {
    let illegal: [Action] = [.phase(.coding, TaskID(number: 99)), .finish, .phase(.planning, nil)]
    return Decision(action: pick(situation.legal + situation.legal + illegal), reason: "chance", maker: "random")
  }
}
