import Embedded

/// The prompts of the traditional pipeline, from the Markdown templates that the program carries.
package struct Prompts: PromptProvider {
  private let templates: [String: PromptTemplate]

  package init() {
    var templates: [String: PromptTemplate] = [:]
    for index in 0..<embedded_count(embedded_prompts) {
      let file = unsafe embedded_at(embedded_prompts, index)
      let path = unsafe String(cString: file.path)
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.size)
      templates[path] = PromptTemplate(name: path, text: unsafe String(decoding: bytes, as: UTF8.self))
    }
    self.templates = templates
  }

  package func system(_ prompt: SystemPrompt) throws -> String {
    let duty = try template("\(prompt.phase.rawValue).md").rendered([:], tools: prompt.toolNames)
    let instructions =
      prompt.instructions.isEmpty ? "" : "\(SystemPrompt.instructionsTitle)\n\n\(prompt.instructions)\n"
    return try template("system.md").rendered([
      "duty": duty,
      "tools": prompt.tools,
      "instructions": instructions,
      "plan": "\(SystemPrompt.planTitle)\n\n\(prompt.plan)",
    ])
  }

  /// Where the window is known, and the prompt would fill more than seven tenths of it, files are named instead of shown
  /// and long texts are cut.
  package func request(_ prompt: StepPrompt) throws -> StepRequest {
    guard let window = prompt.window else { return StepRequest(try text(of: prompt)) }
    var prompt = prompt
    return try request(&prompt, in: PromptRoom(window))
  }

  /// Where the sections have to be made shorter, they get so many bytes shorter still.
  package func request(_ prompt: inout StepPrompt, in room: PromptRoom, sparing bytes: Int = 0) throws -> StepRequest {
    let whole = try text(of: prompt)
    let excess = whole.utf8.count - room.request
    guard excess > 0 else { return StepRequest(whole) }
    var splitter = PromptSplitter(prompt.sections)
    splitter.free(excess + bytes)
    prompt.sections = splitter.sections
    return StepRequest(try text(of: prompt), leftOut: splitter.leftOut)
  }

  private func text(of prompt: StepPrompt) throws -> String {
    var parts = [prompt.line]
    for section in prompt.sections {
      let text = section.text
      if !text.isEmpty { parts.append("## \(section.title)\n\n\(text)") }
    }
    parts.append(try template("\(prompt.phase.rawValue)-request.md").rendered([:], tools: prompt.toolNames))
    return parts.joined(separator: "\n\n")
  }

  /// The text of one template with its values; throws `PromptError` where it names a tool that is not offered.
  package func text(
    of name: String,
    _ values: [String: String] = [:],
    tools: Set<String>
  ) throws(PromptError) -> String {
    try template(name).rendered(values, tools: tools)
  }

  private func template(_ name: String) throws(PromptError) -> PromptTemplate {
    guard let template = templates[name] else { throw .missing(name) }
    return template
  }
}
