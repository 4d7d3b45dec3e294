import Orchestration
import Pipeline
import SourceControl

/// A step on a task, as a phase would describe it.
struct SampleStep {
  var phase = PhaseName.coding
  var model: ModelName = "qwen2.5:14b"
  var numContext = 32_768
  var attempt = 1
  var targets = ["a.c"]
  var dependencies = 0
  var extra: [PromptSection] = []
  /// The bytes of each target's text; 0 for a file that is not there.
  var fileSize = 100
  var registry = ToolRegistry.standard

  var prompt: StepPrompt {
    get throws {
      let paths = try targets.map { try ProjectPath($0) }
      let id = TaskID(number: 3)
      let task = TaskRecord(
        id: id,
        description: "Do it.",
        targets: paths,
        dependsOn: (0..<dependencies).map { TaskID(number: $0 + 10) },
        order: 1
      )
      let files = paths.map { path in
        fileSize == 0
          ? PromptFile(path, .absent, text: "`\(path)` does not exist.")
          : PromptFile(path, .shown, size: fileSize, text: "`\(path)`:\n" + String(repeating: "x", count: fileSize))
      }
      return StepPrompt(
        phase: phase,
        task: id,
        role: "coding",
        attempt: attempt,
        toolNames: Set(registry.tools(for: phase).map { $0.name }),
        sections: [
          PromptSection("Task t3", task.description, .essential), PromptSection("Target files", files: files),
        ] + extra,
        record: task,
        window: PromptWindow(
          model: PhaseModel(role: "coding", name: model, server: "none", numContext: numContext, numPredict: 4096),
          systemBytes: 2000,
          toolBytes: 0,
          estimator: TokenEstimator()
        )
      )
    }
  }

  /// A failure, as an earlier step of the phase had it.
  func failure(_ kind: FailureKind, name: String? = nil) -> StepFailure {
    StepFailure(kind, phase: phase, step: 4, task: TaskID(number: 3), name: name)
  }
}
