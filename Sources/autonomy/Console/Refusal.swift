import ArgumentParsing
import OllamaSimulator
import Pipeline
import Unified

/// An error that counts as an outcome, and so has its exit code.
protocol OutcomeProviding: ExitCodeProviding {
  var outcome: RunOutcome { get }
}

extension OutcomeProviding {
  var exitCode: ExitCode { ExitCode(outcome.exitCode) }
}

/// What keeps a command from doing what it was asked, as the user reads it.
struct Refusal: OutcomeProviding, CustomStringConvertible {
  let outcome: RunOutcome
  let description: String

  init(_ outcome: RunOutcome, _ description: String) {
    self.outcome = outcome
    self.description = description
  }
}

extension RunRefusal: OutcomeProviding {}

extension ConfigurationError: OutcomeProviding {
  var outcome: RunOutcome { .configuration }
}

extension ProjectLocked: OutcomeProviding {
  var outcome: RunOutcome { .conflict }
}

extension ProjectFolderError: OutcomeProviding {
  var outcome: RunOutcome { .environment }
}

extension JournalError: OutcomeProviding {
  var outcome: RunOutcome { .environment }
}

extension SandboxError: OutcomeProviding {
  var outcome: RunOutcome { .environment }
}

extension ScenarioError: OutcomeProviding {
  var outcome: RunOutcome { .configuration }
}
