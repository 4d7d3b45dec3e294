/// The traditional decision maker: the first legal action, in the fixed order of the rules.
package struct RuleDecisionMaker: DecisionMaker {
  package init() {}

  package func decide(_ situation: Situation) -> Decision {
    let action = situation.legal.first ?? .finish
    return Decision(action: action, reason: Self.reason(for: action, in: situation), maker: "rules")
  }

  private static func reason(for action: Action, in situation: Situation) -> String {
    switch action {
    case .phase(.planning, _):
      situation.state.plan == nil ? "There is no plan yet." : "MASTER_PLAN.md has changed since it was planned."
    case .phase(.debugging, _): "A task that needs a fix comes before everything else, the oldest first."
    case .phase(.qa, _): "No task needs a fix, and this one waits for its review."
    case .phase(.coding, _): "Nothing waits for a fix or a review, and all that this task depends on is done."
    case .phase(.documentation, _): "All tasks have ended, and what was done since is not documented."
    case .restore: "The last try left the files worse than they were."
    case .ask: "Only the user can say how to go on."
    case .finish: "Nothing else is left to do."
    }
  }
}
