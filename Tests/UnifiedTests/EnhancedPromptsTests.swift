import JSON
import OllamaSimulator
import Orchestration
import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing
import Unified

/// The prompts of the orchestrated mode on whole runs.
@Suite struct EnhancedPromptsTests {
  @Test(arguments: PhaseName.allCases)
  func theSystemPromptIsThePlainOne(phase: PhaseName) throws {
    let registry = ToolRegistry.standard
    let prompt = SystemPrompt(
      phase: phase,
      tools: registry.promptText(for: phase),
      toolNames: Set(registry.tools(for: phase).map { $0.name }),
      instructions: "Use tabs.",
      plan: "# The plan"
    )
    #expect(try EnhancedPrompts(failures: RecentFailures()).system(prompt) == Prompts().system(prompt))
  }

  /// At least four fifths of a prompt stood at the beginning of the one before it, so that a server still has them.
  @Test func promptsOfAPhaseShareTheirBeginningOverTheDemo() async throws {
    let demo = try await demo()
    #expect(Set(demo.prompts.keys) == Set(PhaseName.allCases.map { $0.rawValue }))
    #expect(demo.prompts["debugging"]?.allSatisfy { $0.holds("## How to go about it") } == true)
    #expect(demo.prompts["planning"]?.contains { $0.holds("## How to go about it") } == false)
    #expect(demo.sharedPart >= 0.8, "\(demo.sharedPart)")
  }

  /// A file that the window has no room for is not approved before the review has read it.
  @Test(arguments: [true, false], [14_000, 32_000])
  func whatWasLeftOutCountsAsShownOnlyOnceItIsRead(isEnhanced: Bool, window: Int) async throws {
    let folder = try TemporaryDirectory()
    try folder.write("# Plan\n\nWrite out.txt.\n", to: "MASTER_PLAN.md")
    try folder.write(String(repeating: String(repeating: "x", count: 99) + "\n", count: 225), to: "out.txt")
    let refusals = InterruptionTests.Counter()
    var run = AssembledRun(folder: folder) { request throws(ModelError) in
      let names = Set(request.tools.map { $0.name })
      if names.contains("delete_file") {
        return .calls([ToolCall(id: "f", name: "finish", arguments: ["summary": "It is there already."])])
      }
      if names.contains("approve"), let last = request.messages.last, last.content.contains("was not shown") {
        _ = refusals.next()
        return .calls([ToolCall(id: "r", name: "read_file", arguments: ["path": "out.txt"])])
      }
      return InterruptionTests.answer(request)
    }
    run.numContext = window
    if isEnhanced { run.prompts = EnhancedPrompts(failures: RecentFailures()) }
    let result = try await run.run()
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(try run.state().tasks.map(\.status) == [.done])
    #expect(refusals.next() - 1 == (window < 32_000 ? 1 : 0))
  }

  private func demo() async throws -> PromptRecord {
    let demo = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/demo"
    let folder = try TemporaryDirectory()
    for (path, text) in try SampleProject.files(below: "\(demo)/project") { try folder.write(text, to: path) }
    let simulator = try await OllamaSimulator(scenario: Scenario(contentsOf: "\(demo)/scenario.json"), port: 0)
    let failures = RecentFailures()
    let record = PromptRecord(ModelPool(servers: [ModelServer(name: "none", url: simulator.url)]))
    var run = AssembledRun(folder: folder, client: record)
    run.sinks = [failures]
    run.prompts = EnhancedPrompts(failures: failures)
    run.model = "qwen2.5-coder:32b"
    run.numContext = 32_768
    run.environment["PATH"] = TestEnvironment.path
    let result = try await run.run()
    await simulator.stop()
    #expect(result.outcome == .complete, "\(result.message)")
    return record
  }
}

/// Passes requests on, and remembers what each showed the model, by phase.
private final class PromptRecord: ModelClient {
  private let client: any ModelClient
  private let seen = Mutex<[String: [[UInt8]]]>([:])

  init(_ client: any ModelClient) {
    self.client = client
  }

  var prompts: [String: [[UInt8]]] { seen.withLock { $0 } }

  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let line = request.messages.first { $0.role == .user }?.content ?? ""
    let phase = String(line.dropFirst(7).prefix { $0 != " " })
    // As templates lay it out: tools beside the system prompt, then the conversation.
    let parts =
      request.messages.prefix(1).map { $0.content } + request.tools.map { $0.json.text() }
      + request.messages.dropFirst().map { $0.json.text() }
    seen.withLock { $0[phase, default: []].append(Array(parts.joined(separator: "\n").utf8)) }
    return try await client.reply(to: request, progress: progress)
  }

  /// The part of all prompts but the first of each phase that stood in the prompt before it.
  var sharedPart: Double {
    let pairs = prompts.values.flatMap { zip($0, $0.dropFirst()) }
    let shared = pairs.reduce(0) { sum, pair in sum + zip(pair.0, pair.1).prefix { $0 == $1 }.count }
    return Double(shared) / Double(pairs.reduce(0) { $0 + $1.1.count })
  }
}

extension [UInt8] {
  fileprivate func holds(_ text: String) -> Bool { String(decoding: self, as: UTF8.self).contains(text) }
}
