import JSON
import Synchronization

extension SimulatorEngine {
  /// Answers a request to `/api/chat`.
  func chat(_ body: JSONObject, id: UInt64) throws(OllamaError) -> Decision {
    let request = try ChatRequest(body)
    guard let model = catalog.model(named: request.model) else {
      throw OllamaError(404, "model '\(request.model)' not found")
    }
    if !request.tools.isEmpty, !model.can("tools") {
      let name = canonicalModelName(request.model)
      throw OllamaError(400, "registry.ollama.ai/library/\(name) does not support tools")
    }
    if request.isThinking == true, !model.can("thinking") {
      throw OllamaError(400, "\"\(request.model)\" does not support thinking")
    }
    try request.checkOptions()
    if request.messages.isEmpty { return load(model, request) }

    let prompt = request.promptTokens(of: model)
    let context = request.contextLength(of: model)
    if !request.truncates, prompt > context { throw Self.overContext(prompt, context) }

    let subject = RequestSubject(request)
    guard let ruleIndex = state.withLock({ state in state.rules.match(subject) }) else {
      return Decision(unmatched(request, subject))
    }
    let rule = scenario.rules[ruleIndex]
    switch rule.fault?.kind {
    case .refuse: return Decision(.refuse(rule.fault?.duration), ruleIndex: ruleIndex)
    case .httpStatus:
      guard let fault = rule.fault else { break }
      let pause = fault.duration.map { Pause.duration($0) }
      return Decision(HTTPAnswer.status(of: fault).delayed(by: pause), ruleIndex: ruleIndex)
    default: break
    }
    let wait = use(model, request)
    let answer = reply(
      rule,
      to: request,
      of: model,
      promptTokens: min(prompt, context, rule.fault?.kind == .truncatePrompt ? rule.fault?.tokens ?? .max : .max),
      loadTime: wait,
      id: id
    )
    return Decision(answer.delayed(by: .duration(wait)), ruleIndex: ruleIndex)
  }

  private func reply(
    _ rule: Scenario.Rule,
    to request: ChatRequest,
    of model: Scenario.Model,
    promptTokens: Int,
    loadTime: Duration,
    id: UInt64
  ) -> HTTPAnswer {
    let reply = rule.reply ?? Scenario.Reply(content: "This answer is simulated; the rule gives a fault and no reply.")
    let output = ModelOutput(reply, for: request, of: model)
    let answer = ChatAnswer(
      model: request.model,
      output: output,
      callsIn: reply.callsIn,
      chunkBytes: reply.chunkBytes,
      doneReason: output.isCut ? "length" : reply.doneReason,
      loadTime: loadTime,
      promptTokens: promptTokens,
      idSeed: SeededGenerator.mix(UInt64(bitPattern: Int64(scenario.seed)), id)
    )
    guard request.isStreamed else {
      let lines = (output.thinking.utf8.count + output.content.utf8.count) / reply.chunkBytes + output.calls.count + 1
      return HTTPAnswer.json(answer.object).spoilt(by: rule.fault, lines: lines)
    }
    if let fault = rule.fault, fault.kind == .hang, fault.firstFaultyLine == 0 {
      let pause = fault.duration.map { Pause.duration($0) } ?? .forEver
      return HTTPAnswer.stream(ChatStream(answer)).delayed(by: pause)
    }
    let fault = rule.fault.flatMap { $0.kind == .truncatePrompt ? nil : $0 }
    return .stream(ChatStream(answer, fault: fault))
  }

  private func use(_ model: Scenario.Model, _ request: ChatRequest) -> Duration {
    let context = request.contextLength(of: model)
    return state.withLock { state in
      state.resident.use(model, contextLength: context, keepAlive: request.keepAlive ?? .standard, now: .now)
    }
  }

  /// Loads a model, or unloads it if it is to be kept for no time.
  private func load(_ model: Scenario.Model, _ request: ChatRequest) -> Decision {
    let isUnloaded = request.keepAlive == .duration(.zero)
    var wait = Duration.zero
    if isUnloaded {
      state.withLock { state in state.resident.unload(model) }
    } else {
      wait = use(model, request)
    }
    let answer = ChatAnswer(model: request.model, doneReason: isUnloaded ? "unload" : "load")
    // Ollama does not stream this one.
    return Decision(HTTPAnswer.json(answer.object).delayed(by: .duration(wait)))
  }

  private func unmatched(_ request: ChatRequest, _ subject: RequestSubject) -> HTTPAnswer {
    var summary: JSONObject = ["model": .string(request.model)]
    for name in ["phase", "task", "role", "attempt"] {
      if let word = subject.line?[name] { summary[name] = .string(word) }
    }
    summary["tools"] = .array(subject.toolNames.map { .string($0) })
    summary["messages"] = .integer(request.messages.count)
    summary["last_role"] = subject.lastRole.map { .string($0) }
    summary["last"] = .string(String(subject.lastText.unicodeScalars.prefix(2_000)))
    let misses = state.withLock { state in state.rules.misses(subject) }
    let reasons = misses.isEmpty ? "It has no rules." : misses.joined(separator: "; ") + "."
    let message =
      "No rule of the scenario matches this request to /api/chat: \(JSONValue.object(summary).text()). \(reasons)"
    update { state in state.log.noteUnmatched(message) }
    return .json(["error": .string(message)], status: 418)
  }

  private static func overContext(_ prompt: Int, _ context: Int) -> OllamaError {
    let message =
      "request (\(prompt) tokens) exceeds the available context size (\(context) tokens), try increasing it"
    let error: JSONValue = [
      "error": [
        "code": 400, "message": .string(message), "type": "exceed_context_size_error",
        "n_prompt_tokens": .integer(prompt), "n_ctx": .integer(context),
      ]
    ]
    return OllamaError(400, error.text())
  }
}
