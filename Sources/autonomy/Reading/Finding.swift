import JSON
import Pipeline

/// One thing that `doctor` looked at.
struct Finding: Sendable {
  enum Verdict: String, Sendable {
    case good
    case notice
    case bad
  }

  var subject: String
  var verdict: Verdict
  var text: String
  /// What to do about it.
  var advice: String?
  /// What a run would end with because of it.
  var outcome: RunOutcome?

  static func good(_ subject: String, _ text: String) -> Finding {
    Finding(subject: subject, verdict: .good, text: text)
  }

  static func notice(_ subject: String, _ text: String, _ advice: String? = nil) -> Finding {
    Finding(subject: subject, verdict: .notice, text: text, advice: advice)
  }

  static func bad(_ subject: String, _ outcome: RunOutcome, _ text: String, _ advice: String? = nil) -> Finding {
    Finding(subject: subject, verdict: .bad, text: text, advice: advice, outcome: outcome)
  }

  var json: JSONValue {
    var object: JSONObject = [
      "type": "finding", "subject": .string(subject), "verdict": .string(verdict.rawValue), "text": .string(text),
    ]
    object["advice"] = advice.map { .string($0) }
    object["outcome"] = outcome.map { .string($0.rawValue) }
    return .object(object)
  }
}
