package import Pipeline
import Synchronization

/// The decision maker of the orchestrated mode: a model that chooses among the legal steps and may consult specialists.
///
/// Whatever it answers, or does not, there is a decision: the rules' own where nothing else came of the turn.
package final class Arbiter: DecisionMaker {
  private let tool: any ModelTool
  /// The same for a whole run, so that its prompt keeps its beginning.
  private let tools: OfferedTools
  private let consultant: Consultant
  private let healing: SelfHealing?
  private let log: any DecisionLog
  private let limits: ArbiterLimits
  /// The phases whose steps it decides on; the rules decide on the others.
  private let phases: Set<PhaseName>
  private let clock: any Clock<Duration>
  private let fallbacks = Mutex(0)
  /// The tasks of which an attempt with advice has failed, as far as this start of the program has seen.
  private let advisedInVain = Mutex<Set<TaskID>>([])

  /// With `failures`, which must be among the sinks of the run's journal, steps that failed are analysed.
  package init(
    tool: any ModelTool,
    specialists: SpecialistRegistry,
    log: any DecisionLog,
    failures: RecentFailures? = nil,
    limits: ArbiterLimits = ArbiterLimits(),
    phases: Set<PhaseName> = Set(PhaseName.allCases),
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.clock = clock
    self.tool = tool
    tools = OfferedTools(specialists.tools + ArbiterTools.deciding)
    self.log = log
    self.limits = limits
    self.phases = phases
    let consultant = Consultant(specialists: specialists, log: log, timeLimit: limits.consultationTime, clock: clock)
    self.consultant = consultant
    healing = failures.map { SelfHealing(consultant: consultant, failures: $0) }
  }

  package func decide(_ situation: Situation) async throws -> Decision {
    let rules = RuleDecisionMaker().decide(situation)
    guard let phase = rules.action.phase, phases.contains(phase), situation.legal != [.finish] else { return rules }
    guard fallbacks.withLock({ $0 < limits.fallbacksInARow }) else { return rules }
    do {
      let decision = try await turn(situation)
      fallbacks.withLock { $0 = 0 }
      return decision
    } catch let failure as TurnFailure {
      let count = fallbacks.withLock { count in
        count += 1
        return count
      }
      var reason = failure.reason
      if count == limits.fallbacksInARow { reason += " The rest of the run goes by the rules." }
      try await log.note(FallbackEvent(step: situation.state.stepsTaken + 1, reason: reason, action: rules.action))
      return rules
    }
  }

  /// One turn, cut off when its time is over.
  private func turn(_ situation: Situation) async throws -> Decision {
    var prompt = ArbiterPrompt(situation: situation, history: try await log.recentDecisions(8))
    prompt.advisedInVain = advisedInVain.withLock { tasks in
      tasks.formUnion(PastDecision.advisedInVain(prompt.history))
      return tasks
    }
    let asked = prompt
    let decision = try await result(within: limits.time, by: clock) { [tool, tools, consultant, healing, limits] in
      var prompt = asked
      prompt.analysis = try await healing?.analysis(in: situation, summary: prompt.summary)
      var turn = ArbiterTurn(tool: tool, tools: tools, consultant: consultant, limits: limits, prompt: prompt)
      return try await turn.decide()
    }
    guard let decision else {
      throw TurnFailure("The arbiter did not decide in \(limits.time / .seconds(1)) seconds.")
    }
    return decision
  }
}

/// Why a turn of the arbiter came to nothing.
struct TurnFailure: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
