package import SourceControl

/// The one conversation with a model that all phases hold: prompt, answer, tool calls, results, answer, and so on.
///
/// Every message and every effect is journalled before the next thing happens, so that a step that was cut off at any
/// point goes on where it was.
package struct AgentLoop: Sendable {
  let client: any ModelClient
  let meter: TokenMeter
  let reducer: any PromptReducer
  let registry: ToolRegistry
  let workspace: Workspace
  /// Whether the workspace is the project itself, whose files the state knows, and no worktree of it.
  let isInProject: Bool
  let journal: Journal
  let limits: StepLimits
  /// Asked what an answer means where nothing else helps; absent where the user has none.
  let interpreter: (any CallInterpreter)?
  let search: any LineSearching
  let gate: ServerGate
  let progress: @Sendable (StreamProgress) -> Void

  /// Takes a client that journals what it is asked, and throws `promptCut` by the counts of the same `meter`.
  package init(
    client: any ModelClient,
    meter: TokenMeter,
    reducer: any PromptReducer = PromptFitter(),
    registry: ToolRegistry,
    workspace: Workspace,
    isInProject: Bool = true,
    journal: Journal,
    limits: StepLimits = StepLimits(),
    interpreter: (any CallInterpreter)? = nil,
    search: any LineSearching = GrepSearch(),
    gate: ServerGate = ServerGate(),
    progress: @escaping @Sendable (StreamProgress) -> Void = { _ in }
  ) {
    self.client = client
    self.meter = meter
    self.reducer = reducer
    self.registry = registry
    self.workspace = workspace
    self.isInProject = isInProject
    self.journal = journal
    self.limits = limits
    self.interpreter = interpreter
    self.search = search
    self.gate = gate
    self.progress = progress
  }

  /// What a phase says to an effect, given the contents that the model was shown.
  package typealias Reaction = (ToolEffect, _ seen: [ProjectPath: ObjectID]) -> EffectReaction

  /// Holds the conversation of a step to its end, going on with what is stored of it, when it is the step's turn.
  ///
  /// Where the model gives no answer, another goes on if one can. With `needsCall` an answer without a call is a mistake
  /// to point out, without it the end. After a `StepStop` or a `CancellationError` the step stays open.
  package func run(_ brief: StepBrief, needsCall: Bool, react: Reaction) async throws -> AgentEnd {
    var brief = brief
    var session: AgentSession?
    while true {
      do {
        return try await gate.pass(with: brief.model) {
          progress(StreamProgress(stage: .queued, step: brief.step))
        } _: {
          try await ModelReplacement.$current.withValue(brief.replacement) {
            var current = if let session { session } else { try await restore(brief, react: react) }
            defer { session = current }
            return try await converse(&current, needsCall: needsCall, react: react)
          }
        }
      } catch let failure as ModelFailure {
        if failure.isReplaceable, let next = try await brief.successor?(failure) {
          brief = next
          session = session.map { handOver($0, to: next) }
        } else if failure.isEarly(for: limits.serverPatience), brief.replacement != nil {
          // Nobody else can, so this one is waited for as long as any.
          brief.replacement = nil
        } else {
          throw failure.stop
        }
      }
    }
  }

  /// Lets another model go on, with an opening of its own where nothing was answered yet.
  private func handOver(_ session: AgentSession, to brief: StepBrief) -> AgentSession {
    let registry = registry.fitted(to: brief.model)
    guard session.hasAnswer else {
      journal.commitWithNext([.transcriptAppended(step: brief.step, brief.opening)])
      return AgentSession(brief: brief, registry: registry, entries: brief.opening, isFirst: false)
    }
    var session = session
    session.goOn(by: brief, registry: registry)
    return session
  }

  private func converse(_ session: inout AgentSession, needsCall: Bool, react: Reaction) async throws -> AgentEnd {
    if let (entry, answered) = session.unfinishedAnswer {
      if let end = try await perform(entry, from: answered, in: &session, react: react) { return end }
    }
    while true {
      try Task.checkCancellation()
      if let end = exhaustedLimit(session) { return end }
      switch try await ask(&session, session.style) {
      case .overContext(let reason):
        return .overContext(reason)
      case .reply(let answer):
        let end = try await take(answer, needsCall: needsCall, in: &session, react: react)
        if let end { return end }
      case .unusable:
        session.countMalformed(nil)
      }
    }
  }

  private func restore(_ brief: StepBrief, react: Reaction) async throws -> AgentSession {
    let registry = registry.fitted(to: brief.model)
    let stored = try await journal.store.transcript(of: brief.step)
    if stored.isEmpty {
      // The first question is stored before it is asked, and this with it.
      journal.commitWithNext([.transcriptAppended(step: brief.step, brief.opening)])
      return AgentSession(brief: brief, registry: registry, entries: brief.opening)
    }
    let said = stored.current
    let isFirst = said.startIndex == 0
    let session = AgentSession(brief: brief, registry: registry, entries: Array(said), isFirst: isFirst)
    // Verdicts live in the phase, not in the store: it hears them again.
    let silent = Set(registry.readingTools().map { $0.name } + ["run_check"])
    for call in session.answeredCalls where !silent.contains(call.name) && !registry.changesFiles(call.name) {
      guard let answer = try? await registry.answer(call, offered: session.tools, in: context(of: session)) else {
        continue
      }
      if let effect = answer.effect { _ = react(effect, session.seen) }
    }
    return session
  }

  private func exhaustedLimit(_ session: AgentSession) -> AgentEnd? {
    if session.modelCalls >= limits.modelCalls {
      return .limit("The step took \(limits.modelCalls) model calls without coming to an end.")
    }
    if session.malformedInARow >= limits.malformedInARow {
      let told = session.lastComplaint.map { " It was told: \"\(Self.line(of: $0))\"" } ?? ""
      return .unusable("The model gave \(session.malformedInARow) answers in a row that could not be used.\(told)")
    }
    if session.sameRefusalsInARow >= limits.malformedInARow {
      let told = session.lastRefusal.map { ": \"\(Self.line(of: $0.text))\"" } ?? "."
      return .unusable(
        "The model made the same call \(session.sameRefusalsInARow) times in a row, refused each time\(told)"
      )
    }
    if session.readsInARow >= limits.readsInARow {
      return .limit("The model read \(session.readsInARow) times in a row without doing anything.")
    }
    return nil
  }

  func context(of session: AgentSession) -> ToolContext {
    var context = ToolContext(
      workspace: workspace,
      phase: session.brief.phase,
      seen: session.seen,
      writable: session.brief.writable,
      reviewed: session.brief.reviewed,
      checks: session.brief.checks,
      runCheck: session.brief.runCheck
    )
    context.search = search
    context.resultLimit = session.resultLimit(meter.estimator)
    return context
  }
}
