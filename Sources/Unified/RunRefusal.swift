package import Pipeline
package import SourceControl

/// Why a run did not begin; nothing was changed.
package struct RunRefusal: Error, Hashable, CustomStringConvertible {
  /// The outcome that the refusal counts as, and with it the exit code.
  package let outcome: RunOutcome
  package let description: String
  /// The files that the user would lose; empty where the reason is another.
  package let conflicts: [ProjectPath]

  package init(_ outcome: RunOutcome, _ description: String, conflicts: [ProjectPath] = []) {
    self.outcome = outcome
    self.description = description
    self.conflicts = conflicts
  }

  /// Says why a model cannot be asked, or has not answered; the `file` is that in which it was named.
  package init(_ error: ModelError, namedIn file: String = "'autonomy.json'") {
    let text = error.text(namedIn: file)
    switch error {
    case .modelMissing, .refused, .unmatchedScenario, .overContext, .promptCut: self.init(.configuration, text)
    default: self.init(.unavailable, text)
    }
  }
}
