import Orchestration
import Pipeline
import SourceControl

/// How fast a step's request is made for its task and model, against the plain request over the same sections.
struct PromptBenchmark {
  private static let contextSize = 20_000
  private static let times = 501

  func measurements() throws -> [Measurement] {
    let prompts = Prompts()
    let builder = DynamicPromptBuilder(prompts: prompts)
    let failures = Self.failures()
    // Every one differs, so that none is found.
    let steps = try (0..<Self.times).map { try Self.step(String($0)) }
    let plain = try Self.median(steps) { _ = try prompts.request($0) }
    let built = try Self.median(steps) { step in
      guard try builder.prompt(for: step, failures: failures).advice.count > 3 else {
        throw ChildProcess.Failure(description: "The prompt holds too little advice.")
      }
    }
    let split = try Self.median(steps) { step in
      var step = step
      step.window?.model.numContext = 10_000
      guard try !builder.prompt(for: step, failures: failures).request.leftOut.isEmpty else {
        throw ChildProcess.Failure(description: "The prompt was not parted.")
      }
    }
    _ = try builder.prompt(for: Self.step("same"), failures: failures)
    // Equal, but not in the same place of the memory.
    let same = try (0..<Self.times).map { _ in try Self.step("same") }
    let found = try Self.median(same) { _ = try builder.prompt(for: $0, failures: failures) }
    return [
      Self.measurement("a dynamic prompt over 20 kB", built, plain, "at most 200 µs"),
      Self.measurement("the same, parted", split, plain, "at most 200 µs"),
      Self.measurement("the same, built before", found, plain, "at most 5 µs"),
    ]
  }

  private static func measurement(
    _ name: String,
    _ time: Duration,
    _ plain: Duration,
    _ target: String
  ) -> Measurement {
    Measurement(
      name: name,
      value: time / .microseconds(1),
      unit: "µs",
      yardstick: ("the plain prompt", plain / .microseconds(1)),
      target: target
    )
  }

  private static func step(_ mark: String) throws -> StepPrompt {
    let paths = try ["a.swift", "b.swift", "c.swift", "d.swift"].map { try ProjectPath($0) }
    let line = "  guard let value = values[name] else { throw .unknownName(name) }\n"
    let text = "// \(mark)\n" + String(repeating: line, count: contextSize / paths.count / line.utf8.count)
    let files = paths.map { path in
      PromptFile(path, .shown, size: text.utf8.count, text: "`\(path)`:\n\n```\n\(text)```")
    }
    let phase = PhaseName.debugging
    return StepPrompt(
      phase: phase,
      task: TaskID(number: 1),
      role: "coding",
      attempt: 3,
      toolNames: Set(ToolRegistry.standard.tools(for: phase).map { $0.name }),
      sections: [PromptSection("Task t1", "Mend it.", .essential), PromptSection("Target files", files: files)],
      record: TaskRecord(id: TaskID(number: 1), description: "Mend it.", targets: paths, order: 1),
      window: PromptWindow(
        model: PhaseModel(role: "coding", name: "bench:32b", server: "none", numContext: 32_768, numPredict: 4096),
        systemBytes: 3000,
        toolBytes: 0,
        estimator: TokenEstimator()
      )
    )
  }

  private static func failures() -> [StepFailure] {
    [
      StepFailure(.badCalls, phase: .debugging, step: 3, task: TaskID(number: 1), name: "finish"),
      StepFailure(.rejectedEdit, phase: .debugging, step: 2, task: TaskID(number: 1), name: "edit_file"),
      StepFailure(.failingCheck, phase: .qa, step: 1, task: TaskID(number: 1), name: "test"),
    ]
  }

  private static func median(_ steps: [StepPrompt], _ body: (StepPrompt) throws -> Void) throws -> Duration {
    let durations = try steps.map { step in
      let start = ContinuousClock.now
      try body(step)
      return ContinuousClock.now - start
    }
    return durations.sorted()[steps.count / 2]
  }
}
