import Pipeline

/// What the reasoning specialist said of a step that failed.
struct FailureAnalysis: Hashable, Sendable {
  private static let mostBytes = 4000

  let step: FailedStep
  /// Root cause, options, recommendation, risks and next steps, in words; nil where there is none.
  let text: String?
  /// Why there is none.
  let problem: String?

  /// What the arbiter reads of it.
  var section: String {
    let head = "## Why step \(step.number) failed\n\n\(step.words).\n"
    guard let text else { return "\(head)It was not analysed. \(problem ?? "")\n" }
    let shown =
      text.utf8.count <= Self.mostBytes ? text : String(decoding: text.utf8.prefix(Self.mostBytes), as: UTF8.self)
    return "\(head)The reasoning specialist says:\n\(shown)\n"
  }

  /// What may go to the model of the next step.
  var advice: Advice? { text.map { Advice(role: .reasoning, text: $0, failure: step) } }
}
