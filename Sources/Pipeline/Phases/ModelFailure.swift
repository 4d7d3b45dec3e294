/// A model gave a step no answer, so that another has to go on, or the run ends.
package struct ModelFailure: Error {
  /// As `name@server`.
  package let model: String
  let error: ModelError

  /// Whether another model may do better: a key that is wrong, or a scenario without a rule, is for the user to mend.
  var isReplaceable: Bool {
    switch error {
    case .refused(_, let status, _, _): status != 401 && status != 403
    case .unmatchedScenario: false
    default: error.isInfrastructure
    }
  }

  /// Whether the model gave way to another before all the patience that there is with a server was spent.
  func isEarly(for patience: Duration) -> Bool {
    if case .unavailable(_, _, let after, nil) = error { after < patience } else { false }
  }

  /// What ends the run where nobody goes on.
  var stop: StepStop {
    switch error {
    case .refused, .modelMissing, .unmatchedScenario: .configuration("\(error)")
    default: .unavailable("\(error)")
    }
  }
}
