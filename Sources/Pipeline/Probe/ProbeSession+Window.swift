extension ProbeSession {
  /// Sends as long a prompt as the window should take and a fifth of the time allows.
  ///
  /// A short one of the same text tells before how many tokens it must have.
  mutating func fillWindow() async throws {
    let sample = windowRequest(bytes: 4096, attempt: 1)
    guard let tokens = try await ask(sample).usage.promptTokens, tokens > 0 else { return }
    let bytesPerToken = Double(TokenEstimator.bytes(of: sample)) / Double(tokens)
    let inTime = Self.median(prefillRates).map { Int($0 * (limit / .seconds(1)) / 5) } ?? .max
    let wanted = min(subject.model.numContext * 17 / 20, max(inTime, tokens))
    let request = windowRequest(bytes: Int(Double(wanted) * bytesPerToken), attempt: 2)
    let sent = Int(Double(TokenEstimator.bytes(of: request)) / bytesPerToken)
    card.context.sent = sent
    do {
      card.context.seen = try await ask(request).usage.promptTokens
      card.context.isWhole = card.context.seen.map { Double($0) > 0.9 * Double(sent) }
    } catch ModelError.overContext(_, let limit) {
      card.context.seen = limit
      card.context.isWhole = false
    }
  }

  private func windowRequest(bytes: Int, attempt: Int) -> ModelRequest {
    // The two begin differently, so that reading the second takes its time.
    let text = "\(attempt). \(stamp)\n\n\(Self.filler(bytes: bytes))"
    let line = ProbeTrial.window.line(attempt)
    return request([.system(text), .user("\(line)\n\nAnswer: ready")], tools: [], answer: 16)
  }

  /// Text that is alike from its beginning to its end.
  private static func filler(bytes: Int) -> String {
    var text = ""
    var number = 1
    while text.utf8.count < bytes {
      let task = EditTask.all[number % EditTask.all.count]
      text += "## Part \(number): \(task.path)\n\n\(task.text)\n\n\(task.before)\n"
      number += 1
    }
    return text
  }
}
