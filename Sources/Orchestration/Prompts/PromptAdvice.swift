import JSON
import Pipeline
import SourceControl

/// What a prompt says besides its step's own sections, most useful first.
struct PromptAdvice {
  /// A template below `prompts/advice`, and its values.
  struct Item {
    var name: String
    var values: [String: String] = [:]
  }

  private let prompt: StepPrompt
  private let task: TaskRecord
  private let size: ModelSize
  private let registry: ToolRegistry

  init(prompt: StepPrompt, task: TaskRecord, size: ModelSize, registry: ToolRegistry) {
    self.prompt = prompt
    self.task = task
    self.size = size
    self.registry = registry
  }

  func items(_ complexity: PromptComplexity, _ failures: [StepFailure]) -> [Item] {
    guard complexity.score > 1 else { return [] }
    let lessons = failures.compactMap { lesson(of: $0) }.prefix(size.mostLessons)
    let steps = complexity.score >= size.stepsFrom ? self.steps : []
    return lessons + steps + hints
  }

  // MARK: - What failures teach

  private func lesson(of failure: StepFailure) -> Item? {
    switch failure.kind {
    case .badCalls:
      let tool = failure.name.flatMap { offers($0) ? $0 : nil } ?? usualTool
      return example(of: tool).map { Item(name: "failure-bad-calls", values: ["example": $0]) }
    case .rejectedEdit:
      if failure.name == "edit_file", offers("edit_file") {
        return example(of: "edit_file").map { Item(name: "failure-rejected-edit", values: ["example": $0]) }
      }
      guard offers("write_file") else { return nil }
      return example(of: "write_file").map { Item(name: "failure-rejected-change", values: ["example": $0]) }
    case .failingCheck:
      guard let check = failure.name, offers("run_check"), offers("finish") else { return nil }
      let call = Self.call("run_check", ["name": .string(check)])
      return Item(name: "failure-failing-check", values: ["check": check, "example": call])
    case .reviewIssues:
      return Item(name: "failure-review-issues")
    case .overContext:
      guard offers("search_files"), let path = task.reviewedPaths.first else { return nil }
      let call = Self.call("read_file", ["path": .string(path.description), "start_line": 1, "end_line": 80])
      return Item(name: "failure-over-context", values: ["example": call])
    case .noVerdict:
      return example(of: "approve").map { Item(name: "failure-no-verdict", values: ["example": $0]) }
    case .mergeConflict:
      // What the last attempt ended with shows both sides and says what to do.
      return nil
    case .noWork:
      return example(of: "write_file").map { Item(name: "failure-no-work", values: ["example": $0]) }
    }
  }

  /// The tool by which the phase gets anything done.
  private var usualTool: String { prompt.phase == .qa ? "approve" : "write_file" }

  private func offers(_ tool: String) -> Bool { prompt.toolNames.contains(tool) }

  private func example(of tool: String) -> String? {
    guard offers(tool) else { return nil }
    return registry.specifications(for: prompt.phase).first { $0.name == tool }?.exampleCall
  }

  private static func call(_ tool: String, _ arguments: JSONObject) -> String {
    JSONValue.object(["name": .string(tool), "arguments": .object(arguments)]).text()
  }

  // MARK: - What the step is like

  private var steps: [Item] {
    switch prompt.phase {
    case .coding, .debugging, .qa:
      [Item(name: "steps-\(prompt.phase.rawValue)\(size == .small ? "-small" : "")")]
    case .planning, .documentation: []
    }
  }

  private var hints: [Item] {
    let files = prompt.sections.flatMap { section -> [PromptFile] in
      guard case .files(let files) = section.content else { return [] }
      return files
    }
    var hints: [Item] = []
    func add(_ name: String, needing tools: [String], _ wanted: (PromptFile) -> Bool) {
      let paths = files.filter(wanted).map { "`\($0.path)`" }
      guard !paths.isEmpty, tools.allSatisfy({ offers($0) }) else { return }
      hints.append(Item(name: name, values: ["paths": paths.joined(separator: ", ")]))
    }
    add("hint-unread-files", needing: ["search_files", "read_file"]) { $0.standing == .unread }
    add("hint-new-files", needing: ["write_file"]) { $0.standing == .absent && task.targets.contains($0.path) }
    add("hint-long-files", needing: ["edit_file"]) { $0.standing == .shown && $0.size >= Self.longFile }
    return hints
  }

  /// From so many bytes on, writing a file anew costs more than it is worth, and loses lines.
  private static let longFile = 8000
}

extension ModelSize {
  /// More at once than this, and the model follows none.
  fileprivate var mostLessons: Int { self == .small ? 2 : 3 }

  /// The complexity from which on the model is told in which order to work.
  fileprivate var stepsFrom: Int { self == .small ? 3 : 5 }

  /// The tokens that advice may take.
  var adviceTokens: Int {
    switch self {
    case .small: 250
    case .medium: 450
    case .large: 600
    }
  }
}
