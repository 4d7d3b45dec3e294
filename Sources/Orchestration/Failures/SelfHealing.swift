import Pipeline
import Synchronization

/// What happens after a step that failed: before the arbiter decides on, the reasoning specialist says why it failed.
///
/// Each failure is analysed once; the same failure on the same progress is answered from the record. An infrastructure
/// failure leaves its step open and is waited out, so it never gets here.
final class SelfHealing: Sendable {
  /// After so many failures in a row of which the specialist could not be asked, it is left alone.
  private static let mostMisses = 2
  private static let mostEvidence = 6000

  private let consultant: Consultant
  private let failures: RecentFailures
  private let state = Mutex((analyses: [Int: FailureAnalysis](), misses: 0))

  /// Takes the failures of the run as they come, which must be among the sinks of its journal.
  init(consultant: Consultant, failures: RecentFailures) {
    self.consultant = consultant
    self.failures = failures
  }

  /// The analysis of the newest failure that a legal step can still mend; nil where there is none.
  ///
  /// Takes what a specialist is told of the run as `summary`. Throws what the log throws, and `CancellationError`.
  func analysis(in situation: Situation, summary: String) async throws -> FailureAnalysis? {
    guard let step = failures.failedSteps.first(where: { Self.canMend($0, in: situation) }) else { return nil }
    let (known, misses) = state.withLock { ($0.analyses[step.number], $0.misses) }
    if let known { return known }
    let question = SpecialistQuestion(
      query: "\(step.words). What is the root cause, and what is to be done next?",
      evidence: Self.evidence(of: step, in: situation),
      situation: summary
    )
    let outcome: Consultant.Outcome
    if misses < Self.mostMisses {
      outcome = try await consultant.ask(.reasoning, question, in: situation, failure: step.kind)
    } else {
      outcome = try await consultant.skip(
        .reasoning,
        question,
        in: situation,
        failure: step.kind,
        because: "It could not be asked \(misses) times in a row, so failures are not analysed any more in this run."
      )
    }
    let analysis =
      switch outcome {
      case .answer(let text), .known(let text): FailureAnalysis(step: step, text: text, problem: nil)
      case .nothing(let reason), .away(let reason): FailureAnalysis(step: step, text: nil, problem: reason)
      }
    state.withLock { state in
      state.analyses[step.number] = analysis
      if case .away = outcome { state.misses += 1 } else { state.misses = 0 }
    }
    return analysis
  }

  private static func canMend(_ step: FailedStep, in situation: Situation) -> Bool {
    guard let task = step.task else { return situation.legal.contains(.phase(step.phase, nil)) }
    return situation.legal.contains { $0.task == task }
  }

  /// What is known of a failure: what its step ended with, what its task has of it, and what was said on the way.
  private static func evidence(of step: FailedStep, in situation: Situation) -> String {
    let task = step.task.flatMap { situation.state.task($0) }
    var parts = [step.reason]
    if let task {
      parts.insert("The task: \(task.description)", at: 0)
      parts += task.issues.map { "\($0.path): \($0.kind.rawValue): \($0.description)" }
      if let error = task.lastError, error != step.reason { parts.append(error) }
    }
    parts += step.details.suffix(3)
    return String(decoding: parts.joined(separator: "\n\n").utf8.prefix(mostEvidence), as: UTF8.self)
  }
}
