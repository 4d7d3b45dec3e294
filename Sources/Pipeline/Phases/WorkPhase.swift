import SourceControl

/// Coding and debugging: the phases in which a model changes the project's files.
package struct WorkPhase: Phase {
  /// How many questions a task may ask.
  package static let mostQuestions = 2

  private let phase: PhaseName
  private let tools: PhaseTools

  /// Takes `.coding` or `.debugging`.
  package init(_ phase: PhaseName, tools: PhaseTools) {
    precondition(phase == .coding || phase == .debugging, "Only coding and debugging work on a task's files.")
    self.phase = phase
    self.tools = tools
  }

  package func run(_ context: StepContext) async throws -> PhaseResult {
    guard let task = context.task else { preconditionFailure("Work is always work on a task.") }
    var files = FileSections(workspace: tools.loop.workspace)
    let sections = [
      PromptSection("Task \(task.id)", task.description, .essential),
      PromptSection("Target files", files: try await files.filesOfTask(task)),
      PromptSection("What was found wrong", Self.findings(task)),
      PromptSection("What happened at the last attempt", task.lastError ?? ""),
      PromptSection("Answers of the user", Self.answers(task), .essential),
      PromptSection("Files of the project", FileSections.list(context.files), .background),
    ]
    let brief = try await tools.brief(
      phase,
      context,
      sections: sections,
      shown: files.shown,
      writable: .anyFile
    )
    let mayAsk = (context.state.counters[task.id]?.questionsAsked ?? 0) < Self.mostQuestions
    var question: String?
    var summary: String?
    let end = try await tools.loop.run(brief, needsCall: false) { effect, _ in
      switch effect {
      case .question(let text):
        guard mayAsk else { return .refuse("You have asked \(Self.mostQuestions) times. Decide yourself.") }
        question = text
        return .stop
      case .finished(let text):
        summary = text
        return .stop
      default:
        return .proceed
      }
    }
    if let question { return .asked(question) }
    if case .overContext(let reason) = end { return .overContext(reason) }
    if try await hasChanged(context.step.number) { return .worked(summary: summary ?? end.reason) }
    if let summary {
      if try await targetsExist(task) { return .worked(summary: summary) }
      return .fruitless("The model called the task finished, but changed nothing, and not all target files exist.")
    }
    if case .unusable(let reason) = end { return .unusable("Nothing was changed. \(reason)") }
    return .fruitless("Nothing was changed. \(end.reason)")
  }

  /// Whether any file now differs from what it was when the step began.
  private func hasChanged(_ step: Int) async throws -> Bool {
    let open = await tools.loop.journal.state.openSteps.first { $0.number == step }
    for origin in open?.origins ?? [] {
      let now = try await tools.loop.workspace.contents(of: origin.path)?.id
      if now != origin.before { return true }
    }
    return false
  }

  private func targetsExist(_ task: TaskRecord) async throws -> Bool {
    for target in task.targets where try await tools.project.contents(of: target) == nil { return false }
    return true
  }

  private static func findings(_ task: TaskRecord) -> String {
    task.issues.map { issue in
      let line = issue.line.map { ":\($0)" } ?? ""
      let advice = issue.suggestion.map { " Suggestion: \($0)" } ?? ""
      return "- `\(issue.path)\(line)` (\(issue.kind.rawValue)): \(issue.description)\(advice)"
    }.joined(separator: "\n")
  }

  private static func answers(_ task: TaskRecord) -> String {
    task.answers.map { "- \($0.question)\n  \($0.answer)" }.joined(separator: "\n")
  }
}
