/// The one source of tools: what a phase offers, what its prompt says of them, and who answers a call.
package struct ToolRegistry: Sendable {
  /// More tools than this make models choose worse and cost every prompt.
  package static let mostPerPhase = 8

  private let handlers: [any ToolHandler]
  /// What does not change, made once: every step asks for it.
  private let offers: [PhaseName: Offer]
  private let reading: [ToolDefinition]
  private let changing: Set<String>

  private struct Offer {
    let tools: [ToolDefinition]
    let promptText: String
  }

  package init(_ handlers: [any ToolHandler]) {
    let names = handlers.map { $0.specification.name }
    precondition(Set(names).count == names.count, "A tool's name is unique")
    for phase in PhaseName.allCases {
      let count = handlers.count { $0.specification.phases.contains(phase) }
      precondition(count <= Self.mostPerPhase, "A phase offers at most \(Self.mostPerPhase) tools")
    }
    self.handlers = handlers
    let specifications = handlers.map { $0.specification }
    reading = specifications.filter { $0.phases == PhaseName.allCases }.map { $0.definition }
    changing = Set(specifications.filter { $0.changesFiles }.map { $0.name })
    var offers: [PhaseName: Offer] = [:]
    for phase in PhaseName.allCases {
      let offered = specifications.filter { $0.phases.contains(phase) }
      let text = offered.map { $0.promptLine }.joined(separator: "\n")
      offers[phase] = Offer(tools: offered.map { $0.definition }, promptText: text)
    }
    self.offers = offers
  }

  /// The tools without the one of that name, none of which speaks of it.
  package func without(_ name: String) -> ToolRegistry {
    let rest = handlers.filter { $0.specification.name != name }
    let names = Set(rest.map { $0.specification.name })
    return ToolRegistry(rest.map { $0.beside(names) })
  }

  /// The tools for a model, with which it can do its work.
  package func fitted(to model: PhaseModel) -> ToolRegistry {
    model.handling.changesFilesWhole ? without("edit_file") : self
  }

  /// The tools of a phase, always in the same order and with the same bytes.
  package func tools(for phase: PhaseName) -> [ToolDefinition] {
    offers[phase]?.tools ?? []
  }

  /// The tools of a phase that look but change nothing and decide nothing.
  package func readingTools() -> [ToolDefinition] {
    reading
  }

  package func specifications(for phase: PhaseName) -> [ToolSpecification] {
    handlers.map { $0.specification }.filter { $0.phases.contains(phase) }
  }

  /// The list of a phase's tools for its prompt, one line each.
  package func promptText(for phase: PhaseName) -> String {
    offers[phase]?.promptText ?? ""
  }

  package func changesFiles(_ name: String) -> Bool {
    changing.contains(name)
  }

  /// Answers a call of one of the offered tools; a name that was not offered is never accepted and never guessed.
  package func answer(
    _ call: ToolCall,
    offered: [ToolDefinition],
    in context: ToolContext
  ) async throws(ToolError) -> ToolAnswer {
    guard offered.contains(where: { $0.name == call.name }),
      let handler = handlers.first(where: { $0.specification.name == call.name })
    else { throw .malformedCall(refusal(of: call.name, offered: offered)) }
    let specification = handler.specification
    switch ToolArguments.checking(call.arguments, against: specification.parameters) {
    case .valid(let arguments): return try await handler.answer(arguments, in: context)
    case .invalid(let mistakes): throw .malformedCall(refusal(of: mistakes, by: specification))
    }
  }

  /// Says what is wrong with a call before anything is done: its name was not offered, or its arguments do not fit.
  package func mistake(in call: ToolCall, offered: [ToolDefinition]) -> String? {
    guard offered.contains(where: { $0.name == call.name }),
      let specification = handlers.first(where: { $0.specification.name == call.name })?.specification
    else { return refusal(of: call.name, offered: offered) }
    guard case .invalid(let mistakes) = ToolArguments.checking(call.arguments, against: specification.parameters) else {
      return nil
    }
    return refusal(of: mistakes, by: specification)
  }

  /// One right call of the tool of that name, or of the first that is offered.
  func example(of name: String?, offered: [ToolDefinition]) -> String? {
    let offered = handlers.map { $0.specification }.filter { tool in offered.contains { $0.name == tool.name } }
    return (offered.first { $0.name == name } ?? offered.first)?.exampleCall
  }

  private func refusal(of mistakes: [String], by specification: ToolSpecification) -> String {
    """
    The call of '\(specification.name)' was not carried out. \(mistakes.joined(separator: " "))
    A right call: \(specification.exampleCall)
    """
  }

  private func refusal(of name: String, offered: [ToolDefinition]) -> String {
    let wrong = name.isEmpty ? "The call names no tool." : "There is no tool '\(name)' here."
    let names = offered.map { "'\($0.name)'" }.joined(separator: ", ")
    let example = example(of: nil, offered: offered)
    return "\(wrong) The tools are \(names)." + (example.map { "\nA right call: \($0)" } ?? "")
  }
}
