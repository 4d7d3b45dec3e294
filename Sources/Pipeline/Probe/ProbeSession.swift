/// One measuring of one model: what was found so far, and when it must be over.
struct ProbeSession<ProbeClock: Clock<Duration>> {
  var card: CapabilityCard
  private let client: any ModelClient
  let subject: ProbeSubject
  let limit: Duration
  private let clock: ProbeClock
  private let start: ProbeClock.Instant
  private let meter = TokenMeter()
  private let registry = ToolRegistry.standard
  /// Makes each probe's prompts begin in a way that the server has not kept from an earlier one.
  let stamp: String
  /// The beginnings of prompts that the server has read already, so that reading them again takes no time.
  private var known: Set<String> = []
  private(set) var prefillRates: [Double] = []
  private var decodeRates: [Double] = []

  init(client: any ModelClient, subject: ProbeSubject, limit: Duration, clock: ProbeClock) {
    self.client = client
    self.subject = subject
    self.limit = limit
    self.clock = clock
    start = clock.now
    let now = Timestamp.now
    stamp = "It is \(now)."
    card = CapabilityCard(
      model: subject.model.name,
      server: subject.url,
      date: now,
      context: ContextFinding(requested: subject.model.numContext)
    )
  }

  /// Takes down with which window the server holds the model, now that it has answered.
  mutating func note(loadedWindow: Int?) { card.context.loaded = loadedWindow }

  var seconds: Double { start.duration(to: clock.now) / .seconds(1) }

  /// The card as far as it is filled, with what is computed at the end.
  var finished: CapabilityCard {
    var card = card
    card.seconds = seconds
    card.prefillRate = Self.median(prefillRates)
    card.decodeRate = Self.median(decodeRates)
    return card
  }

  /// Tries one thing and counts how it went; a trial that the time cuts off counts for nothing.
  mutating func carryOut(_ trial: ProbeTrial) async throws {
    switch trial {
    case .call(let number):
      try await tryCall(CallTask.all[number], trial)
    case .refrain(let number):
      let (reading, reply) = try await read(trial, CallTask.questions[number], codingTools, registry, usualStyle)
      card.refrained.count(reading.isSilent && reply.hasAnything && reply.finish == .stop)
    case .wholeFile(let number):
      let task = EditTask.all[number]
      let registry = registry.without("edit_file")
      let tools = registry.tools(for: .coding).filter { ["write_file", "finish"].contains($0.name) }
      let (reading, reply) = try await read(trial, task.prompt, tools, registry, usualStyle)
      card.wholeFile.count(isSound(reading, reply) && task.isDone(byWriting: changes(in: reading)))
    case .searchAndReplace(let number):
      let task = EditTask.all[number]
      let tools = codingTools.filter { ["edit_file", "finish"].contains($0.name) }
      let (reading, reply) = try await read(trial, task.prompt, tools, registry, usualStyle)
      card.searchAndReplace.count(isSound(reading, reply) && task.isDone(byReplacing: changes(in: reading)))
    case .window:
      try await fillWindow()
    }
  }

  // MARK: - Calls

  private var codingTools: [ToolDefinition] { registry.tools(for: .coding) }

  /// How a run would ask this model, as far as is known by now.
  private var usualStyle: AskStyle {
    let isOfferedInVain = card.calls.native == 0 && card.calls.text + card.calls.described > 0
    return subject.takesTools && !isOfferedInVain ? .offered : .described
  }

  /// Climbs the ladder until a call gets through.
  private mutating func tryCall(_ task: CallTask, _ trial: ProbeTrial) async throws {
    for style in [AskStyle.offered, .described, .bound] where style != .offered || subject.takesTools {
      let (reading, reply) = try await read(trial, task.text, codingTools, registry, style)
      // Cut answers are never read.
      guard reply.finish != .length, !reading.calls.isEmpty else { continue }
      let stage: CallStage =
        switch style {
        case .offered: reading.stage
        case .described: .described
        case .bound: .bound
        }
      card.calls.count(stage, isRight: reading.mistake == nil && task.isDone(by: reading.calls))
      return
    }
    card.calls.lost += 1
  }

  private func isSound(_ reading: AnswerReading, _ reply: ModelReply) -> Bool {
    reading.mistake == nil && reply.finish != .length
  }

  /// The calls that change something; saying that all is done beside them is no mistake.
  private func changes(in reading: AnswerReading) -> [ToolCall] {
    reading.calls.filter { registry.changesFiles($0.name) }
  }

  private mutating func read(
    _ trial: ProbeTrial,
    _ text: String,
    _ tools: [ToolDefinition],
    _ registry: ToolRegistry,
    _ style: AskStyle
  ) async throws -> (AnswerReading, ModelReply) {
    var request = request(
      [.system("\(stamp) \(duty)"), .user("\(trial.line)\n\n\(text)")],
      tools: tools,
      answer: 2048
    )
    if let closing = style.closing(line: trial.line) { request.messages.append(closing) }
    request.rewrite(for: style, line: trial.line)
    let reply = try await ask(request)
    do {
      try meter.check(reply, to: request)
    } catch {
      guard case .promptCut(_, let sent, let seen) = error else { throw error }
      card.context.sent = sent
      card.context.seen = seen
      card.context.isWhole = false
      throw ProbeStop.promptCut
    }
    return (AnswerReader(registry: registry, tools: tools).read(reply, number: card.requests), reply)
  }

  // MARK: - Asking

  func request(_ messages: [Message], tools: [ToolDefinition], answer: Int) -> ModelRequest {
    let model = subject.model
    return ModelRequest(
      model: model.name,
      messages: messages,
      tools: tools,
      // The window that a run asks for: another one would make the server load the model anew.
      options: ModelOptions(
        numContext: model.numContext,
        numPredict: min(answer, model.numPredict),
        temperature: model.temperature
      ),
      think: model.think,
      keepAlive: model.keepAlive,
      server: model.server
    )
  }

  /// Asks within what is left of the time, and takes down how fast the answer came.
  mutating func ask(_ request: ModelRequest) async throws -> ModelReply {
    let left = limit - start.duration(to: clock.now)
    guard left > .zero, let result = try await client.reply(to: request, within: left, clock: clock) else {
      throw ProbeStop.timeOver
    }
    let reply: ModelReply
    switch result {
    case .success(let whole): reply = whole
    // The model did answer, if to no end.
    case .failure(.answerTooLong(let server, _)):
      reply = ModelReply(content: "", finish: .length, server: server, model: request.model)
    case .failure(let error): throw error
    }
    card.requests += 1
    let usage = reply.usage
    if card.requests == 1 { card.loadSeconds = usage.load.map { $0 / .seconds(1) } }
    if let rate = usage.tokensPerSecond { decodeRates.append(rate) }
    let beginning = request.messages[0].content + request.tools.map { $0.name }.joined(separator: " ")
    if known.insert(beginning).inserted, let tokens = usage.promptTokens, let time = usage.prompt, time > .zero {
      prefillRates.append(Double(tokens) / (time / .seconds(1)))
    }
    return reply
  }

  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// What a model is told before every trial but that of the window.
private let duty = """
  You are the part of a program that changes a software project, one small step at a time. You act only through the \
  tools that are offered here. Do exactly what the last message says, at once, with exactly one tool call; where it \
  says that no tool is to be called, answer in words. Texts in arguments are written exactly as they are given.
  """
