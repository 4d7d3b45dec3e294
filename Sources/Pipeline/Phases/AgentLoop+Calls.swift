import SourceControl

extension AgentLoop {
  /// Takes an answer into the conversation and carries out its calls; nil where the conversation goes on.
  func take(
    _ answer: Answer,
    needsCall: Bool,
    in session: inout AgentSession,
    react: Reaction
  ) async throws -> AgentEnd? {
    switch try await climb(answer, needsCall: needsCall, in: &session) {
    case .overContext(let reason):
      return .overContext(reason)
    case .silent(let answer):
      let content = journal.secrets.mask(answer.reply.content)
      try await append([TranscriptEntry(.assistant(content))], [], answer.events, to: &session)
      return .answered(content)
    case .lost(let answer, let said, let told):
      let (words, complaint) = (journal.secrets.mask(said), journal.secrets.mask(told))
      session.countMalformed(complaint)
      let shown = TranscriptEntry(.assistant(words.isEmpty ? Self.unaccepted : Self.head(of: words)))
      let hint = TranscriptEntry(.user("\(session.brief.line)\n\n\(complaint)"))
      let retry = ToolRepairEvent(
        step: session.brief.step,
        model: session.brief.model.name.description,
        stage: .retried,
        ok: session.malformedInARow < limits.malformedInARow,
        notes: [Self.head(of: complaint)]
      )
      try await append([shown, hint], [], answer.events + [.toolRepair(retry)], to: &session)
      return nil
    case .read(let answer, let reading):
      let content = reading.text.isEmpty && reading.calls.isEmpty ? Self.unaccepted : reading.text
      let message = Message.assistant(
        journal.secrets.mask(content),
        toolCalls: reading.calls.map { hidingSecrets(in: $0, session) }
      )
      let entry = TranscriptEntry(message, rejection: reading.mistake.map { journal.secrets.mask($0) })
      try await append([entry], [], answer.events, to: &session)
      return try await perform(entry, from: 0, in: &session, react: react)
    }
  }

  private static let unaccepted = "(a call that was not accepted)"

  /// The call without secrets, but for what goes into files, which are the user's and get what the model wrote.
  private func hidingSecrets(in call: ToolCall, _ session: AgentSession) -> ToolCall {
    session.registry.changesFiles(call.name) ? call : journal.secrets.mask(call)
  }

  /// Carries out the calls of an answer in order, until the first that fails.
  func perform(
    _ entry: TranscriptEntry,
    from first: Int,
    in session: inout AgentSession,
    react: Reaction
  ) async throws -> AgentEnd? {
    let calls = entry.message.toolCalls
    var hasEnough = false
    for (index, call) in calls.enumerated().dropFirst(first) {
      try Task.checkCancellation()
      let isLast = index == calls.count - 1 && entry.rejection == nil
      let done = try await carryOut(call, at: index, isLast: isLast, in: &session, react: react)
      count(call, done, in: &session)
      if done == .stopped { return .finished }
      if done == .hadEnough { hasEnough = true }
      guard done == .failed else { continue }
      // What failed may have been to take back what went before.
      hasEnough = false
      let skipped = calls[(index + 1)...].map {
        TranscriptEntry(.result("Not carried out, because an earlier call of the same answer failed.", of: $0))
      }
      if !skipped.isEmpty { try await append(skipped, [], [], to: &session) }
      break
    }
    if let rejection = entry.rejection {
      session.countMalformed(rejection)
      let result = ToolResultEvent(step: session.brief.step, tool: "", ok: false, text: Self.head(of: rejection))
      let message = TranscriptEntry(Message(role: .tool, content: rejection))
      try await append([message], [], [.toolResult(result)], to: &session)
      return nil
    }
    return hasEnough ? .finished : nil
  }

  private enum Done {
    case succeeded
    case failed
    /// It succeeded, and with it the conversation has what it was for; other calls follow.
    case hadEnough
    case stopped
  }

  private func carryOut(
    _ call: ToolCall,
    at index: Int,
    isLast: Bool,
    in session: inout AgentSession,
    react: Reaction
  ) async throws -> Done {
    if let done = try await settleIntent(of: call, at: index, in: &session) { return done }
    let answer: ToolAnswer
    do {
      answer = try await session.registry.answer(call, offered: session.tools, in: context(of: session))
    } catch {
      switch error {
      case .malformedCall(let text), .respondToModel(let text):
        try await finish(call, text: text, ok: false, in: &session)
        return .failed
      case .fatal(let text): throw StepStop.environment(text)
      case .cancelled: throw CancellationError()
      }
    }
    if case .change(let change)? = answer.effect {
      return try await carryOut(change, answer, of: call, at: index, in: &session)
    }
    let event = Event.toolCall(ToolCallEvent(step: session.brief.step, tool: call.name))
    if let effect = answer.effect {
      switch react(effect, session.seen) {
      case .refuse(let text):
        try await finish(call, text: text, ok: false, events: [event], in: &session)
        return .failed
      case .stopAfterAnswer where !isLast:
        try await finish(call, text: answer.text, shown: answer.observed, events: [event], in: &session)
        return .hadEnough
      case .stop, .stopAfterAnswer:
        // The end of the step is stored next, or the call is answered once more.
        let (entry, result) = Self.result(of: call, answer.text, shown: answer.observed, in: session)
        journal.commitWithNext([.transcriptAppended(step: session.brief.step, [entry])], [event, .toolResult(result)])
        session.append([entry])
        return .stopped
      case .proceed:
        break
      }
    }
    try await finish(call, text: answer.text, shown: answer.observed, events: [event], in: &session)
    return .succeeded
  }

  /// Journals a change of a file with both its hashes, and only then makes it.
  private func carryOut(
    _ change: FileChange,
    _ answer: ToolAnswer,
    of call: ToolCall,
    at index: Int,
    in session: inout AgentSession
  ) async throws -> Done {
    let step = session.brief.step
    let intent = ChangeIntent(
      call: index,
      path: change.path,
      before: change.before,
      after: change.after,
      reply: answer.text
    )
    var changes: [StateChange] = [.intentNoted(step: step, intent)]
    if let id = session.brief.task, var task = await journal.state.task(id) {
      if let before = change.before, session.brief.checkFiles.decides(change.path),
        let original = try? await workspace.contents(of: change.path), original.id == before
      {
        changes.append(.blobKept(before, original.bytes))
      }
      task.noteChange(of: change.path, before: change.before, after: change.after)
      changes.append(.taskUpdated(task))
    }
    let event = ToolCallEvent(
      step: step,
      tool: call.name,
      path: change.path,
      before: change.before,
      after: change.after
    )
    try await journal.commit(changes, [.toolCall(event)])
    do {
      try await workspace.apply(change)
    } catch {
      guard error.code != .environment else { throw StepStop.environment(error.description) }
      try await finish(
        call,
        text: error.description,
        ok: false,
        changes: [.intentNoted(step: step, nil)],
        in: &session
      )
      return .failed
    }
    let known = await settled(step, change.path, change.after)
    try await finish(call, text: answer.text, shown: answer.observed, changes: known, in: &session)
    return .succeeded
  }

  /// Finds out whether a change that was journalled before an interruption was made; nil where it is still to do.
  private func settleIntent(of call: ToolCall, at index: Int, in session: inout AgentSession) async throws -> Done? {
    let step = session.brief.step
    let open = await journal.state.openSteps.first { $0.number == step }
    guard let intent = open?.intent, intent.call == index else { return nil }
    let change = FileChange(path: intent.path, before: intent.before, after: intent.after, content: nil)
    switch try await workspace.standing(of: change) {
    case .pending:
      try await journal.commit([.intentNoted(step: step, nil)])
      return nil
    case .applied:
      let known = await settled(step, intent.path, intent.after)
      let shown = intent.after.map { [intent.path: $0] } ?? [:]
      try await finish(call, text: intent.reply, shown: shown, changes: known, in: &session)
      return .succeeded
    case .conflict:
      throw StepStop.conflict(
        "The file '\(intent.path)' was being changed when the run was interrupted, and now has neither its old nor its "
          + "new content. Put it back as it was, or begin anew with 'autonomy run --fresh'."
      )
    }
  }

  /// What the state learns of a change that was made.
  private func settled(_ step: Int, _ path: ProjectPath, _ after: ObjectID?) async -> [StateChange] {
    var changes = [StateChange.intentNoted(step: step, nil)]
    // What a check had made is the model's work from now on.
    if await journal.state.byProducts.contains(path) { changes.append(.byProductsEnded([path])) }
    if isInProject { changes.append(.filesKnown([path: after])) }
    return changes
  }

  private func finish(
    _ call: ToolCall,
    text: String,
    ok: Bool = true,
    shown: [ProjectPath: ObjectID] = [:],
    changes: [StateChange] = [],
    events: [Event] = [],
    in session: inout AgentSession
  ) async throws {
    let (entry, result) = Self.result(of: call, text, ok: ok, shown: shown, in: session)
    try await append([entry], changes, events + [.toolResult(result)], to: &session)
    if !ok { session.countRefusal(of: call, text) }
  }

  private static func result(
    of call: ToolCall,
    _ text: String,
    ok: Bool = true,
    shown: [ProjectPath: ObjectID],
    in session: AgentSession
  ) -> (TranscriptEntry, ToolResultEvent) {
    let entry = TranscriptEntry(.result(text, of: call), shown: shown)
    return (entry, ToolResultEvent(step: session.brief.step, tool: call.name, ok: ok, text: head(of: text)))
  }

  private func append(
    _ entries: [TranscriptEntry],
    _ changes: [StateChange],
    _ events: [Event],
    to session: inout AgentSession
  ) async throws {
    try await journal.commit(changes + [.transcriptAppended(step: session.brief.step, entries)], events)
    session.append(entries)
  }

  private func count(_ call: ToolCall, _ done: Done, in session: inout AgentSession) {
    let isReading = session.registry.readingTools().contains { $0.name == call.name }
    session.readsInARow = isReading ? session.readsInARow + 1 : 0
    if done == .succeeded || done == .hadEnough { session.countSuccess() }
  }

  /// Enough of a text to recognise it by.
  static func head(of text: String, most: Int = 1000) -> String {
    text.utf8.count <= most ? text : String(text.prefix(most)) + " …"
  }

  /// What a model was told, in a line that the user reads.
  static func line(of text: String) -> String {
    head(of: text.split(separator: "\n").joined(separator: " "), most: 240)
  }
}
