package import JSON
package import Pipeline

extension RoutingDemand {
  /// Reads `{"type", "context_tokens", "files"}`, where the files are a list or a number of them; `failures` may say how
  /// often tasks of the kind have failed on weak models, in place of what is known of it.
  ///
  /// Throws `StoredValueError` where something is missing or of another type.
  package init(json: JSONValue, outcomes known: [String: TierOutcomes] = [:]) throws(StoredValueError) {
    guard let type = json["type"]?.string else { throw StoredValueError("'type' must be a kind of task, as a string.") }
    guard let context = json["context_tokens"]?.integer, context >= 0 else {
      throw StoredValueError("'context_tokens' must be a whole number of at least 0.")
    }
    guard let files = json["files"]?.array?.count ?? json["files"]?.integer, files >= 0 else {
      throw StoredValueError("'files' must be a list of files or how many there are.")
    }
    self.init(type: type, contextTokens: context, files: files, outcomes: known[type] ?? TierOutcomes())
    guard let failures = json["failures"] else { return }
    guard let count = failures.integer, (0...1_000_000).contains(count) else {
      throw StoredValueError("'failures' must be a whole number of at least 0.")
    }
    outcomes.weak.failures = count * OutcomeCounts.one
  }
}

extension RouteExplanation {
  /// The choice as one object: score, tier, model, reasons and what was refused.
  package var json: JSONObject {
    [
      "score": .integer(course.complexity.score),
      "tier": .string(tier.rawValue),
      "model": model.map { .string($0.name) } ?? .null,
      "reasons": .array(reasons.map { .string($0) }),
      "refused": .array(refused.map { .object(json(of: $0)) }),
    ]
  }

  /// The points of each factor, by its name.
  package var factors: JSONObject {
    let points = course.complexity
    return [
      "context": .integer(points.context), "type": .integer(points.type), "files": .integer(points.files),
      "history": .integer(points.history),
    ]
  }

  private func json(of refused: Refused) -> JSONObject {
    var object: JSONObject = ["model": .string(name(of: refused))]
    object["server"] = server(of: refused).map { .string($0) }
    object["reason"] = .string(refused.refusal.word)
    object["why"] = .string(words(refused))
    return object
  }

  package func title(of refused: Refused) -> String { title(of: profiles[refused.candidate]) }

  package func name(of refused: Refused) -> String { profiles[refused.candidate].name }

  package func server(of refused: Refused) -> String? { profiles[refused.candidate].server }
}
