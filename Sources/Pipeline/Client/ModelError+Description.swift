import Wording

extension ModelError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .transport(let server, let message):
      "The connection to the model server '\(server)' failed: \(message)"
    case .unusable(let server, let message):
      "The model server '\(server)' cannot be used: \(message)"
    case .timeout(let limit, let server, let after):
      limit.sentence(server: server, time: Self.time(after))
    case .refused(let server, let status, let message, _):
      Self.refusal(server: server, status: status, message: message)
    case .overContext(let tokens, let limit):
      Self.overContext(tokens: tokens, limit: limit)
    case .promptCut(let server, let sent, let seen):
      "The model server '\(server)' showed the model about \(seen) of \(sent) tokens of the prompt, so its answer was "
        + "discarded. Raise the server's own context limit, or 'num_ctx' where that is less than the prompt."
    case .malformedStream(let server, let message):
      "The model server '\(server)' sent an answer that cannot be read: \(message)"
    case .serverError(let server, let status, let message, _):
      status == 200
        ? "The model server '\(server)' reported an error inside its answer: \(Self.closed(message))"
        : "The model server '\(server)' failed with HTTP \(status): \(Self.closed(message))"
    case .modelMissing(let model, let stocks):
      Self.missing([model], stocks: stocks)
    case .answerTooLong(let server, let limit):
      "The answer of the model server '\(server)' grew over \(limit / 1_048_576) MiB and was ended."
    case .unmatchedScenario(let message):
      "The simulated server has no rule for this request: \(Self.closed(message)) Add one to the scenario."
    case .unavailable(let server, let last, let after, nil):
      "The model server '\(server)' gave no answer for \(Self.time(after)). The last error: \(Self.closed(last)) "
        + "Check that it runs."
    case .unavailable(let server, let last, _, let wait?):
      "The model server '\(server)' asks to wait for \(Self.time(wait)), which is longer than 'limits.server_patience' "
        + "allows. The last error: \(Self.closed(last))"
    case .budget(let exhausted):
      "\(exhausted)"
    case .cancelled:
      "The call of the model was cancelled."
    }
  }

  /// The same where a model was named in another file than the configuration.
  package func text(namedIn file: String) -> String {
    if case .modelMissing(let model, let stocks) = self { return Self.missing([model], stocks: stocks, namedIn: file) }
    return description
  }

  private static func refusal(server: String, status: Int, message: String) -> String {
    let said = "The model server '\(server)' refused the request with HTTP \(status): \(closed(message))"
    return status == 401 || status == 403
      ? said + " Set OLLAMA_API_KEY, or OPENAI_API_KEY for a server of kind 'openai', if it asks for a key." : said
  }

  private static func overContext(tokens: Int?, limit: Int?) -> String {
    let size = tokens.map { "The prompt of \($0) tokens" } ?? "The prompt"
    let window = limit.map { "the context window of \($0) tokens" } ?? "the model's context window"
    let isAlone = if let tokens, let limit { tokens > limit } else { true }
    let fit = isAlone ? "does not fit" : "and an answer do not fit"
    return "\(size) \(fit) into \(window). Raise 'num_ctx', or split the task."
  }

  /// Says that no server has a model, or several, which is named in `file`, what there is, and what can be done.
  package static func missing(
    _ models: [ModelName],
    stocks: [Stock],
    namedIn file: String = "'autonomy.json'"
  ) -> String {
    let names = models.map { "'\($0)'" }.joined(separator: ", ")
    let pull = models.map { "'ollama pull \($0)'" }.joined(separator: " and ")
    if let stock = stocks.first(where: { stock in models.contains { stock.models.contains($0) } }) {
      return "The model server '\(stock.server)' lists the model \(names), but answers that it has none of this name. "
        + "Restart it, run \(pull) on it, or name another in \(file)."
    }
    let lists = stocks.map { stock in
      let names = stock.models.sorted().map { "'\($0)'" }.joined(separator: ", ")
      return names.isEmpty ? "'\(stock.server)' has no model." : "'\(stock.server)' has \(names)."
    }
    let tags = Set(stocks.flatMap { $0.models }.filter { tag in models.contains { $0.base == tag.base } })
    let isOllama = stocks.contains { $0.kind == .ollama }
    let other = isOllama ? "run \(pull) on the server." : "start a server with \(models.count == 1 ? "it" : "them")."
    let meant = tags.sorted().map { "'\($0)'" }.joined(separator: " or ")
    let advice =
      tags.isEmpty
      ? "Name one of these in \(file), or \(other)"
      : "Did you mean \(meant)? A name must match exactly, tag included; without one it means ':latest'. Else \(other)"
    return (["No server has the model\(models.count == 1 ? "" : "s") \(names)."] + lists + [advice])
      .joined(separator: " ")
  }

  /// A time as precise as it matters: tenths of seconds below a minute, seconds above.
  private static func time(_ duration: Duration) -> String {
    let tenths = Int((duration / .milliseconds(100)).rounded())
    guard tenths < 600 else { return Duration.seconds((tenths + 5) / 10).text }
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }

  /// Ends a server's words with a full stop, if nothing else ends them.
  private static func closed(_ message: String) -> String {
    guard let last = message.utf8.last else { return "(no message)." }
    return [UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?")].contains(last) ? message : message + "."
  }
}

extension ModelError.Limit {
  fileprivate func sentence(server: String, time: String) -> String {
    switch self {
    case .connect:
      "The model server '\(server)' accepted no connection within \(time)."
    case .load:
      "The model server '\(server)' sent nothing within \(time); it may still be loading the model."
    case .firstToken:
      "The model server '\(server)' sent nothing within \(time)."
    case .idle:
      "The model server '\(server)' fell silent in the middle of its answer for \(time)."
    }
  }
}
