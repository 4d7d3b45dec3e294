import SourceControl

/// Brings the project's documentation up to date with what was done.
package struct DocumentationPhase: Phase {
  private let tools: PhaseTools

  package init(tools: PhaseTools) {
    self.tools = tools
  }

  package func run(_ context: StepContext) async throws -> PhaseResult {
    var files = FileSections(workspace: tools.loop.workspace)
    let readme = context.files.files.keys.filter { $0.description.lowercased() == "readme.md" }.sorted()
    let done = context.state.tasks.filter { $0.status == .done }
    let sections = [
      PromptSection(
        "What was done",
        done.map { task in
          "- \(task.description) (\(task.targets.map(\.description).joined(separator: ", ")))"
        }.joined(separator: "\n")
      ),
      PromptSection("The README as it is", files: await files.files(readme)),
      PromptSection("Files of the project", FileSections.list(context.files), .background),
    ]
    let targets = Set(context.state.tasks.flatMap { $0.targets })
    let brief = try await tools.brief(
      .documentation,
      context,
      sections: sections,
      shown: files.shown,
      writable: .documentation(targets: targets)
    )
    var summary: String?
    let end = try await tools.loop.run(brief, needsCall: false) { effect, _ in
      guard case .finished(let text) = effect else { return .proceed }
      summary = text
      return .stop
    }
    switch end {
    case .finished: return .documented(summary ?? end.reason)
    case .answered: return .documented(end.reason)
    case .limit(let reason), .unusable(let reason), .overContext(let reason): return .documentationFailed(reason)
    }
  }
}
