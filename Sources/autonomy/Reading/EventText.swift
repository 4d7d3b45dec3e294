import Pipeline
import Wording

/// Events in words: the lines of a run's display and of `log`.
struct EventText: Sendable {
  let terminal: Terminal
  let style: TextStyle

  init(_ terminal: Terminal) {
    self.terminal = terminal
    style = TextStyle(terminal)
  }

  /// A line cut to the width of the terminal.
  func fit(_ line: String) -> String {
    DisplayWidth.line(line, columns: terminal.columns, ellipsis: style.ellipsis)
  }

  /// The event with its number and time, in one line or more.
  func logLines(_ stored: StoredEvent) -> [String] {
    let time = Self.clock(stored.time)
    let number = DisplayWidth.padded("\(stored.sequence)", to: 5, isRight: true)
    let head = style.dim("\(number)  \(time)") + "  "
    let (mark, text) = words(of: stored.event)
    var lines = [fit("\(head)\(mark) \(text)")]
    let indent = String(repeating: " ", count: DisplayWidth.of(head) + 2)
    lines += details(of: stored.event).map { fit(indent + style.dim(DisplayWidth.oneLine($0))) }
    return lines
  }

  /// The time of day in UTC.
  static func clock(_ time: Timestamp) -> String {
    String(Array(time.description)[11..<19])
  }

  /// What the event says, with the mark before it.
  func words(of event: Event) -> (mark: String, text: String) {
    switch event {
    case .runStarted(let run):
      (style.neutral, style.bold("Run started") + ", \(run.mode) (\(run.modeOrigin)), in \(clean(run.project))")
    case .runResumed(let run):
      (
        style.neutral,
        style.bold("Run continued") + (run.previous.map { ", after \($0.rawValue)" } ?? ", was cut off")
          + (run.previousMode.map { ", now \(run.mode) (\(run.modeOrigin)) instead of \($0)" } ?? "")
      )
    case .planChanged(let plan):
      (style.good, "The plan has \(Amount.counted(plan.tasks.count, "task")).")
    case .userChanged(let change):
      (style.warning, "Somebody changed \(Self.list(change.paths.map { clean("\($0)") })).")
    case .decision(let decision):
      (style.neutral, style.bold("Step \(decision.step): \(decision.action)") + " (\(decision.maker))")
    case .fallback(let fallback):
      (style.warning, "fell back to the rules' \(fallback.action): \(firstLine(fallback.reason))")
    case .shadow(let shadow):
      (
        style.neutral,
        "\(shadow.maker) would have chosen \(shadow.action.map { "\($0)" } ?? "nothing"): \(firstLine(shadow.reason))"
      )
    case .consultation(let consultation): self.consultation(consultation)
    case .recovery(let recovery):
      (
        style.good,
        "\(recovery.task) got over \(recovery.kind.rawValue) of step \(recovery.since) in "
          + Amount.counted(recovery.steps, "step")
      )
    case .comparison(let comparison):
      (style.neutral, "compared both modes: \(comparison.verdict). \(firstLine(comparison.reasons.last ?? ""))")
    case .migration(let migration):
      (
        migration.isAutomatic ? style.warning : style.neutral,
        "\(migration.phase?.rawValue ?? "the project") is \(migration.isOrchestrated ? "orchestrated" : "traditional") "
          + "from here on: \(firstLine(migration.reason))"
      )
    case .workflow(let workflow): WorkflowText(style).words(of: workflow)
    case .route(let route):
      (
        style.neutral,
        (route.task.map { "\($0), " } ?? "") + "\(route.kind), goes to \(route.model): \(route.tier.rawValue), "
          + "score \(route.score)"
          + (route.upgrades > 0 ? ", raised \(Amount.counted(route.upgrades, "tier"))" : "")
      )
    case .phaseStarted(let phase):
      (
        style.neutral,
        "\(name(phase.phase, phase.task))\(with(phase.model))\(attempt(phase.attempt, of: phase.phase))"
      )
    case .phaseFinished(let phase):
      (mark(ofResult: phase.result), "\(name(phase.phase, phase.task)) \(phase.result): \(firstLine(phase.reason))")
    case .modelRequest(let request):
      (
        style.neutral,
        "asked \(request.model): \(Amount.counted(request.messages, "message")), about "
          + "\(Amount.grouped(request.estimatedTokens)) of \(Amount.grouped(request.numCtx)) tokens\(Self.cuts(request))"
      )
    case .modelResponse(let response): (style.neutral, answer(response))
    case .toolCall(let call):
      (style.neutral, clean("\(call.tool)\(call.path.map { " \($0)" } ?? "")"))
    case .toolResult(let result):
      (
        result.ok ? style.good : style.bad,
        "\(result.tool.isEmpty ? "call" : clean(result.tool)): \(firstLine(result.text))"
      )
    case .toolRepair(let repair): self.repair(repair)
    case .checkFinished(let check): self.check(check)
    case .checkpointCreated(let created):
      (
        style.neutral,
        "checkpoint \(created.checkpoint): \(clean(created.message)), \(Amount.counted(created.changes, "change"))"
      )
    case .checkpointRestored(let restored): (style.warning, restoration(restored))
    case .merge(let merge): self.merge(merge)
    case .taskChanged(let change): task(change)
    case .budget(let budget): (style.warning, clean(budget.message))
    case .question(let question):
      (style.asking, "\(question.id)\(question.task.map { " (\($0))" } ?? ""): \(clean(question.text))")
    case .answer(let answer): (style.good, "\(answer.id) answered: \(clean(answer.text))")
    case .warning(let warning): (style.warning, clean(warning.message))
    case .error(let error): (style.bad, clean(error.message))
    case .result(let result):
      (
        mark(of: result.outcome),
        style.bold(result.outcome.rawValue) + " (\(result.exitCode)): \(clean(result.message))"
      )
    }
  }

  /// What follows below the event's line.
  private func details(of event: Event) -> [String] {
    switch event {
    case .planChanged(let plan): plan.tasks.map { "\($0.task)  \($0.description)" }
    case .runStarted(let run):
      run.models.sorted { $0.key < $1.key }.map { phase, model in
        let words = run.handling?[model]?.words ?? []
        return "\(phase): \(model)" + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
      } + ["sandbox: \(run.sandbox)"]
    case .decision(let decision):
      [decision.reason] + (decision.advice ?? []).map { "the \($0.role) specialist's advice: \($0.verdict.rawValue)" }
    case .route(let route): route.reasons + route.refused.map { "not \($0.model): \($0.why)" }
    case .checkFinished(let check) where check.status.isFailure:
      (check.output ?? "").split(separator: "\n").suffix(5).map(String.init)
    case .toolResult(let result) where !result.ok: Self.further(result.text)
    case .phaseFinished(let phase): Self.further(phase.reason)
    default: []
    }
  }

  /// What stands behind the first line of a text, as far as it helps to see what was wrong.
  private static func further(_ text: String) -> [String] {
    text.split(separator: "\n").dropFirst().prefix(6).map(String.init)
  }

  // MARK: - Single events

  private static func cuts(_ request: ModelRequestEvent) -> String {
    let parts = [
      request.shortenedResults.map { "\(Amount.counted($0, "old result")) shortened" },
      request.removedMessages.map { "\(Amount.counted($0, "old message")) left out" },
      passages(request.removals?.filter { $0.step != PromptRemoval.masked } ?? []),
    ]
    let cuts = parts.compactMap(\.self).joined(separator: ", ")
    return cuts.isEmpty ? "" : "; to fit, \(cuts)"
  }

  private static func passages(_ removals: [PromptRemoval]) -> String? {
    guard !removals.isEmpty else { return nil }
    let bytes = removals.reduce(0) { $0 + $1.bytes }
    return "\(Amount.counted(removals.count, "passage")) left out (\(Amount.bytes(bytes)))"
  }

  private func answer(_ response: ModelResponseEvent) -> String {
    var parts = ["\(response.model) answered in \(Amount.time(response.seconds))"]
    if let tokens = response.outputTokens {
      let speed = response.seconds > 0 ? ", \(Amount.tenths(Double(tokens) / response.seconds))/s" : ""
      parts.append("\(Amount.counted(tokens, "token"))\(speed)")
    }
    if !response.tools.isEmpty { parts.append("calls \(clean(response.tools.joined(separator: ", ")))") }
    if response.finish != "stop" { parts.append(response.finish) }
    return parts.joined(separator: style.separator)
  }

  private func consultation(_ event: ConsultationEvent) -> (mark: String, text: String) {
    let answer = event.answer.map { " → \(firstLine($0))" } ?? event.error.map { " → \(firstLine($0))" } ?? ""
    let repeated = event.isRepeated ? " again" : ""
    let what = event.failure == nil ? "consulted" : "a step failed, so asked"
    return (
      event.error == nil ? style.neutral : style.warning,
      "\(what) the \(event.role) specialist\(repeated): \(firstLine(event.query))\(answer)"
    )
  }

  private func repair(_ repair: ToolRepairEvent) -> (mark: String, text: String) {
    let what =
      switch repair.stage {
      case .native: "the calls were mended"
      case .text: "the calls were read out of the text"
      case .described: "asked again with the tools described in the prompt"
      case .bound: "asked again with the answer bound to the tools' schema"
      case .interpreted: "the answer was put to the interpreter"
      case .retried: "told the mistake, with a right call"
      }
    let notes = repair.notes.isEmpty ? "" : ": \(firstLine(repair.notes.joined(separator: ", ")))"
    return (repair.ok ? style.good : style.warning, "\(what)\(notes)")
  }

  private func restoration(_ restored: CheckpointRestoredEvent) -> String {
    let what = Amount.counted(restored.restored.count, "file")
    let whose =
      restored.task.map { ", of the \(restored.reason == "dropped task" ? "dropped" : "failed") task '\($0)'" } ?? ""
    let kept =
      restored.kept.isEmpty ? "" : "; left as changed since: \(Self.list(restored.kept.map { clean("\($0)") }))"
    let moved = restored.rescued.isEmpty ? "" : "; m\(Self.moved(restored.rescued).dropFirst())"
    return "brought \(what) back to checkpoint \(restored.checkpoint)\(whose)\(kept)\(moved)"
  }

  /// What a rollback moved out of the way, each with its place.
  static func moved(_ rescued: [String]) -> String {
    let shown = rescued.prefix(3).map { DisplayWidth.oneLine($0) }.joined(separator: ", ")
    let more = rescued.count > 3 ? " and \(rescued.count - 3) more" : ""
    return "Moved out of the way: \(shown)\(more)"
  }

  /// What a check showed; `moment` is when it ran, where that is not within a step.
  func check(_ check: CheckFinishedEvent, _ moment: String = "") -> (mark: String, text: String) {
    let name = "check '\(check.check)'"
    let tests = check.tests.map { ", \(Amount.counted($0, "test"))" } ?? ""
    let note = check.note.map { ". \(clean($0))" } ?? ""
    let time = " (\(Amount.time(check.seconds))\(tests))\(moment)"
    switch check.status {
    case .passed: return (style.good, "\(name) passed\(time)\(note)")
    case .failed:
      return check.counts
        ? (style.bad, "\(name) failed\(time)\(note)") : (style.warning, "\(name) fails as before\(time)\(note)")
    case .timedOut: return (style.bad, "\(name) hit its time limit\(time)\(note)")
    case .absent: return (style.warning, "\(name) proves nothing\(time)\(note)")
    }
  }

  private func task(_ change: TaskChangedEvent) -> (mark: String, text: String) {
    let reason = change.reason.map { ": \(firstLine($0))" } ?? ""
    let left = change.to.isOpen ? " (\(Amount.counted(change.attemptsLeft, "attempt")) left)" : ""
    let mark =
      switch change.to {
      case .done: style.good
      case .failed, .blocked: style.bad
      case .needsFix: style.warning
      case .needsUser: style.asking
      case .pending, .inReview: style.neutral
      }
    let move =
      change.from == change.to ? "stays \(change.to.words)" : "\(change.from.words) \(style.arrow) \(change.to.words)"
    return (mark, "\(change.task) \(move)\(left)\(reason)")
  }

  private func merge(_ merge: MergeEvent) -> (mark: String, text: String) {
    let files = merge.files.isEmpty ? "nothing" : Self.list(merge.files.map { clean("\($0)") })
    if let conflicts = merge.conflicts {
      let names = Self.list(conflicts.map { clean("\($0)") })
      return (style.warning, "\(merge.task) and the project have both changed \(names)")
    }
    return switch merge.into {
    case .project: (style.good, "merged \(merge.task) into the project: \(files)")
    case .worktree: (style.neutral, "merged the project into the worktree of \(merge.task): \(files)")
    }
  }

  func mark(ofResult word: String) -> String {
    switch word {
    case "planned", "coded", "fixed", "approved", "documented": style.good
    case "asked": style.asking
    case "rejected", "no verdict", "conflict", PhaseResult.droppedWord: style.warning
    default: style.bad
    }
  }

  func mark(of outcome: RunOutcome) -> String {
    switch outcome {
    case .complete: style.good
    case .unverified, .partial, .interrupted, .budget: style.warning
    case .needsUser: style.asking
    default: style.bad
    }
  }

  func name(_ phase: PhaseName, _ task: TaskID?) -> String {
    phase.rawValue + (task.map { " \($0)" } ?? "")
  }

  private func clean(_ text: String) -> String { DisplayWidth.oneLine(text) }

  private func firstLine(_ text: String) -> String {
    clean(String(text.split(separator: "\n", maxSplits: 1).first ?? ""))
  }

  /// Which attempt a step is, where it is not the first; a review is none.
  func attempt(_ attempt: Int?, of phase: PhaseName) -> String {
    guard let attempt, attempt > 1, phase != .qa else { return "" }
    return ", attempt \(attempt)"
  }

  /// The model of a step, where it is known before its prompt is.
  func with(_ model: String) -> String { model.isEmpty ? "" : " with \(model)" }

  /// Up to three names, and how many more there are.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}
