import Orchestration
import Pipeline
import SourceControl
import TestSupport
import Testing

/// What a dynamic prompt says beyond the plain one, and when.
@Suite struct DynamicPromptTests {
  private let builder = DynamicPromptBuilder()

  private func base(_ step: SampleStep) throws -> String { try Prompts().request(step.prompt).text }

  @Test(arguments: [PhaseName.coding, .debugging, .qa])
  func aSimpleStepGetsThePlainPrompt(phase: PhaseName) throws {
    let step = SampleStep(phase: phase)
    #expect(try builder.prompt(for: step.prompt).request == StepRequest(base(step)))
  }

  @Test func withoutATaskOrAModelThePromptIsThePlainOne() throws {
    let step = SampleStep(attempt: 5, targets: ["a", "b", "c", "d", "e"])
    var prompt = try step.prompt
    prompt.record = nil
    #expect(try builder.prompt(for: prompt) == DynamicPrompt(request: StepRequest(base(step))))
    prompt = try step.prompt
    prompt.window = nil
    #expect(try builder.prompt(for: prompt) == DynamicPrompt(request: StepRequest(base(step))))
  }

  @Test(arguments: [PhaseName.coding, .debugging, .qa])
  func whatIsAddedStandsBehindThePlainPrompt(phase: PhaseName) throws {
    let step = SampleStep(phase: phase, attempt: 3, targets: ["a", "b", "c", "d", "e"], fileSize: 2000)
    let prompt = try builder.prompt(for: step.prompt)
    #expect(prompt.request.text.hasPrefix(try base(step)))
    #expect(prompt.request.text.count > (try base(step)).count)
    #expect(prompt.request.leftOut.isEmpty)
  }

  /// Every template, in every phase, for every size and set of tools: none names a tool that is not offered.
  @Test(arguments: [PhaseName.coding, .debugging, .qa], [true, false])
  func everyAdviceNamesOfferedToolsOnly(phase: PhaseName, edits: Bool) throws {
    let registry = edits ? ToolRegistry.standard : ToolRegistry.standard.without("edit_file")
    let offered = Set(registry.tools(for: phase).map { $0.name })
    let all = Set(PhaseName.allCases.flatMap { ToolRegistry.standard.tools(for: $0).map { $0.name } })
    for model in ["m:7b", "m:14b", "m:32b"] as [ModelName] {
      for kind in FailureKind.allCases {
        for fileSize in [0, 9000] {
          for name in kind == .failingCheck ? ["test"] : [nil, "edit_file", "write_file", "approve"] {
            var step = SampleStep(phase: phase, model: model, attempt: 4, targets: ["a", "b", "c", "d", "e"])
            (step.registry, step.fileSize) = (registry, fileSize)
            let text = try builder.prompt(for: step.prompt, failures: [step.failure(kind, name: name)]).request.text
            for tool in all.subtracting(offered) {
              #expect(!text.contains("`\(tool)`") && !text.contains("\"name\":\"\(tool)\""), "\(tool) after \(kind)")
            }
            #expect(!text.contains("{{"))
          }
        }
      }
    }
  }

  @Test(
    arguments: [
      (FailureKind.badCalls, "finish", "failure-bad-calls", "\"name\":\"finish\""),
      (.rejectedEdit, "edit_file", "failure-rejected-edit", "\"name\":\"edit_file\""),
      (.rejectedEdit, "write_file", "failure-rejected-change", "\"name\":\"write_file\""),
      (.failingCheck, "unit tests", "failure-failing-check", "{\"name\":\"unit tests\"}"),
      (.reviewIssues, nil, "failure-review-issues", "findings"),
      (.overContext, nil, "failure-over-context", "\"path\":\"a.c\""),
      (.noWork, nil, "failure-no-work", "\"name\":\"write_file\""),
    ] as [(FailureKind, String?, String, String)]
  )
  func aFailureBringsItsOwnExample(kind: FailureKind, name: String?, advice: String, example: String) throws {
    let step = SampleStep()
    let prompt = try builder.prompt(for: step.prompt, failures: [step.failure(kind, name: name)])
    #expect(prompt.advice == [advice])
    #expect(prompt.request.text.contains(example), "\(prompt.request.text)")
  }

  @Test func aPromptSaysHowItWasMade() throws {
    let step = SampleStep(model: "m:7b", attempt: 3, targets: ["a", "b"])
    let failures = [step.failure(.noWork)]
    let prompt = try builder.prompt(for: step.prompt, failures: failures)
    let notes = PromptNotes(
      complexity: 5,
      factors: ["targets": 1, "failed_attempts": 2, "recent_failures": 1],
      variant: "small",
      advice: ["failure-no-work", "steps-coding-small"]
    )
    #expect(prompt.noted.notes == notes)
    #expect(prompt.noted.text == prompt.request.text)
    var plain = try step.prompt
    plain.record = nil
    #expect(try builder.prompt(for: plain).noted.notes == nil)
  }

  @Test func smallModelsGetShorterAndMoreLiteralInstructions() throws {
    var step = SampleStep(attempt: 3, targets: ["a", "b", "c", "d", "e"])
    let long = try builder.prompt(for: step.prompt)
    step.model = "qwen2.5:7b"
    let short = try builder.prompt(for: step.prompt)
    #expect(long.advice == ["steps-coding"])
    #expect(short.advice == ["steps-coding-small"])
    #expect(short.request.text.utf8.count < long.request.text.utf8.count)
    #expect(short.request.text.contains("\n1. "))
    // And they get them sooner.
    step = SampleStep(targets: ["a", "b", "c"])
    #expect(try builder.prompt(for: step.prompt).advice == [])
    step.model = "qwen2.5:7b"
    #expect(try builder.prompt(for: step.prompt).advice == ["steps-coding-small"])
  }

  @Test(arguments: ["m:1b", "m:14b", "m:70b"] as [ModelName])
  func adviceKeepsToItsTokensAndDropsTheLeastUseful(model: ModelName) throws {
    let step = SampleStep(model: model, attempt: 6, targets: (0..<5).map { "f\($0).c" }, fileSize: 9000)
    let failures = FailureKind.allCases.map { step.failure($0, name: "edit_file") }
    let prompt = try builder.prompt(for: step.prompt, failures: failures)
    let added = prompt.request.text.utf8.count - (try base(step)).utf8.count
    let most = ["m:1b": 250, "m:14b": 450, "m:70b": 600][model.description] ?? 0
    #expect(TokenEstimator().tokens(inBytes: added, for: model) <= most)
    #expect(prompt.advice.first == "failure-bad-calls")
    #expect(prompt.advice.count { $0.hasPrefix("failure") } <= (model == "m:1b" ? 2 : 3))
  }

  @Test func hintsNameTheToolsThatFitTheFiles() throws {
    var step = SampleStep(targets: ["new.c", "newer.c"], fileSize: 0)
    var prompt = try builder.prompt(for: step.prompt)
    #expect(prompt.advice == ["hint-new-files"])
    #expect(prompt.request.text.contains("`new.c`, `newer.c`. Make each with one call of `write_file`"))
    step.fileSize = 9000
    prompt = try builder.prompt(for: step.prompt)
    #expect(prompt.advice == ["hint-long-files"])
    #expect(prompt.request.text.contains("with `edit_file`"))
  }

  @Test func aPromptThatWouldFillTheWindowLeavesFilesToBeRead() throws {
    let step = SampleStep(numContext: 16_384, targets: ["small.c", "large.c"], fileSize: 1000)
    var prompt = try step.prompt
    let large = ProjectPath("large.c")
    let file = PromptFile(large, .shown, size: 40_000, text: String(repeating: "y", count: 40_000))
    guard case .files(let files) = prompt.sections[1].content else { return }
    prompt.sections[1].content = .files([files[0], file])
    let built = try builder.prompt(for: prompt)
    #expect(built.request.leftOut == [large])
    #expect(built.request.text.contains("`large.c` has 40000 bytes and is not shown; read it."))
    #expect(!built.request.text.contains("yyyy"))
    #expect(built.request.text.contains(String(repeating: "x", count: 1000)))
    #expect(built.advice.contains("hint-unread-files"))
    let window = try #require(prompt.window)
    let tokens = window.estimator.tokens(
      inBytes: built.request.text.utf8.count + window.systemBytes,
      for: window.model.name
    )
    #expect(tokens <= 16_384 * 7 / 10)
  }

  @Test func sameInputsGiveTheSamePromptWithoutBuildingIt() throws {
    let step = SampleStep(attempt: 4, targets: ["a", "b"])
    let first = try builder.prompt(for: step.prompt)
    #expect(try builder.prompt(for: step.prompt) == first)
    // Equal to Swift, but other bytes.
    let composed = SampleStep(extra: [PromptSection("Notes", "caf\u{E9}")])
    let decomposed = SampleStep(extra: [PromptSection("Notes", "cafe\u{301}")])
    #expect(Array(try builder.prompt(for: composed.prompt).request.text.utf8) == Array(try base(composed).utf8))
    #expect(Array(try builder.prompt(for: decomposed.prompt).request.text.utf8) == Array(try base(decomposed).utf8))
  }

  /// However the inputs vary and repeat, a cache of two never answers with the prompt of others.
  @Test func aFullCacheAnswersAsAnEmptyOneWould() throws {
    let prompts = Prompts()
    let cached = DynamicPromptBuilder(prompts: prompts, capacity: 2)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<100 {
      var step = SampleStep(phase: [.coding, .debugging, .qa].randomElement(using: &random) ?? .coding)
      step.attempt = Int.random(in: 1...3, using: &random)
      step.model = ["m:7b", "m:14b"].randomElement(using: &random) ?? "m:7b"
      step.targets = Array(["a", "b", "c"].prefix(Int.random(in: 1...3, using: &random)))
      step.numContext = [4096, 32_768].randomElement(using: &random) ?? 4096
      step.extra = [PromptSection("Notes", ["one", "two"].randomElement(using: &random) ?? "")]
      let failures = FailureKind.allCases.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        .map { step.failure($0, name: "edit_file") }
      let fresh = try DynamicPromptBuilder(prompts: prompts, capacity: 1).prompt(for: step.prompt, failures: failures)
      #expect(try cached.prompt(for: step.prompt, failures: failures) == fresh)
    }
  }
}
