import JSON

/// An answer with what goes into the same commit as what is made of it.
struct Answer: Sendable {
  var reply: ModelReply
  var events: [Event] = []
}

/// What the ladder made of an answer.
enum LadderResult {
  /// Calls to carry out, or a mistake in one to point out.
  case read(Answer, AnswerReading)
  /// The answer calls nothing, and may.
  case silent(Answer)
  /// Nothing could be made of it; `words` is what may be remembered of it, and `complaint` what the model is told.
  case lost(Answer, words: String, complaint: String)
  case overContext(String)
}

extension AgentLoop {
  /// Finds out what an answer calls, asking again where that cannot be told, each time in a way that leaves the model
  /// less to get wrong.
  func climb(_ answer: Answer, needsCall: Bool, in session: inout AgentSession) async throws -> LadderResult {
    if answer.reply.finish == .length { return .lost(answer, words: "(cut off)", complaint: Self.cutAnswer) }
    let reader = AnswerReader(registry: session.registry, tools: session.tools)
    var current = answer
    let first = reader.read(answer.reply, number: session.modelCalls)
    if let result = settled(&current, first, needsCall: needsCall, in: session) { return result }

    var complaint = first.mistake ?? Self.complaint(about: answer.reply, session)
    var styles: [AskStyle] = answer.reply.isEmpty && session.style == .offered ? [.described, .bound] : [.bound]
    while !styles.isEmpty, session.modelCalls < limits.modelCalls {
      let style = styles.removeFirst()
      // What was found out about the last answer is stored before the next is asked for.
      if !current.events.isEmpty { try await journal.commit([], current.events) }
      let next: Answer
      switch try await ask(&session, style) {
      case .overContext(let reason): return .overContext(reason)
      case .unusable:
        current = Answer(reply: answer.reply)
        continue
      case .reply(let answer): next = answer
      }
      current = next
      var reading = reader.read(current.reply, number: session.modelCalls)
      reading.stage = style == .bound ? .bound : .described
      let saysNone = style == .bound && CallFormat.saysNone(current.reply.content)
      if saysNone && !needsCall {
        // The words are in the answer that was not bound.
        current.reply.content = first.text
        current.events.append(repair(reading, ok: true, in: session))
        return .silent(current)
      }
      if current.reply.finish != .length, !saysNone,
        let result = settled(&current, reading, needsCall: needsCall, in: session)
      {
        return result
      }
      complaint = first.mistake ?? reading.mistake ?? complaint
      current.events.append(repair(reading, ok: false, in: session))
    }
    if let result = try await interpret(answer.reply, complaint, reader, &current, in: session) { return result }
    // A call that could not be read never enters the history: servers choke on it, and models repeat it.
    let isProse = first.isSilent && answer.reply.finish != .unreadableCall
    return .lost(current, words: isProse ? answer.reply.content : "", complaint: complaint)
  }

  /// The result of an answer from which it can be told what is called; nil where the next rung is due.
  private func settled(
    _ answer: inout Answer,
    _ reading: AnswerReading,
    needsCall: Bool,
    in session: AgentSession
  ) -> LadderResult? {
    let isNative = !answer.reply.toolCalls.isEmpty
    if !reading.calls.isEmpty || isNative {
      if reading.stage != .native || !reading.notes.isEmpty {
        answer.events.append(repair(reading, ok: !reading.calls.isEmpty, in: session))
      }
      return .read(answer, reading)
    }
    let isWords = reading.isSilent && !answer.reply.isEmpty && answer.reply.finish != .unreadableCall
    guard isWords, !needsCall else { return nil }
    if reading.stage != .text { answer.events.append(repair(reading, ok: true, in: session)) }
    return .silent(answer)
  }

  /// The last rung before the model is told its mistake: another model says what was meant.
  private func interpret(
    _ original: ModelReply,
    _ complaint: String,
    _ reader: AnswerReader,
    _ answer: inout Answer,
    in session: AgentSession
  ) async throws -> LadderResult? {
    guard let interpreter, !original.isEmpty else { return nil }
    let question = InterpretationRequest(
      answer: journal.secrets.mask(original.content),
      tools: session.tools,
      mistake: journal.secrets.mask(complaint)
    )
    let interpretation = try await interpreter.interpret(question)
    guard let interpretation, interpretation.confidence >= Interpretation.leastConfidence else { return nil }
    let said = interpretation.calls.filter { call in
      !session.registry.changesFiles(call.name) || SaidInText(original.content).holds(.object(call.arguments))
    }
    var reading = reader.read(said, text: "")
    reading.stage = .interpreted
    let isSound = said.count == interpretation.calls.count && !reading.calls.isEmpty && reading.mistake == nil
    answer.events.append(repair(reading, ok: isSound, in: session))
    return isSound ? .read(answer, reading) : nil
  }

  func repair(_ reading: AnswerReading, ok: Bool, in session: AgentSession) -> Event {
    .toolRepair(
      ToolRepairEvent(
        step: session.brief.step,
        model: session.brief.model.name.description,
        stage: reading.stage,
        ok: ok,
        tools: reading.calls.map { $0.name },
        notes: reading.notes + (reading.mistake.map { [Self.head(of: journal.secrets.mask($0))] } ?? [])
      )
    )
  }

  private static let cutAnswer =
    "Your answer was cut off because it was too long, and nothing of it was carried out. Answer again with one short "
    + "tool call; change large files in several steps."

  private static func complaint(about reply: ModelReply, _ session: AgentSession) -> String {
    let names = session.tools.map { "'\($0.name)'" }.joined(separator: ", ")
    if reply.finish == .unreadableCall {
      return "Your tool call could not be read, and nothing was carried out. Call one of the tools \(names) with valid "
        + "JSON."
    }
    return "Your answer holds no tool call, so nothing happened. Call one of the tools \(names)."
  }
}
