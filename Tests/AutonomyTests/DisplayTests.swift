import Pipeline
import TestSupport
import Testing

@testable import autonomy

@Suite struct DisplayTests {
  private func events() async throws -> [StoredEvent] {
    let run = try SampleRun()
    try await run.begin()
    try await run.takeStep()
    try await run.ask()
    try await run.fail(1)
    let reader = try #require(try JournalReader.open(StateFolder(ofProject: run.path)))
    // The header asks the machine what it has, which is not the same everywhere.
    return try reader.events().filter { $0.event.kind != .runStarted }
  }

  private func display(_ output: BufferOutput) -> RunDisplay {
    let console = Console(environment: [:], directory: "/", output: BufferOutput(), errors: output)
    return RunDisplay(
      console: console,
      header: RunHeader(project: "/", configuration: Configuration(), environment: [:])
    )
  }

  @Test func withoutATerminalARunIsPlainLines() async throws {
    let output = BufferOutput()
    let display = display(output)
    display.begin(with: nil)
    for event in try await events() { await display.receive([event]) }
    display.end()
    Snapshot("display.txt").expect(output.text)
  }

  @Test func onATerminalTheLiveLinesAreGoneAtTheEnd() async throws {
    let output = BufferOutput(Terminal(isLive: true, hasColour: true, hasUnicode: true, columns: 60))
    let display = display(output)
    for event in try await events() { await display.receive([event]) }
    display.update(StreamProgress(stage: .writing, parts: 12, bytes: 48))
    display.end()
    #expect(output.text.hasSuffix("\r\u{1B}[1A\u{1B}[J"))
    // What moves the cursor takes no columns.
    let moves = ["\r\u{1B}[1A\u{1B}[J"]
    let text = moves.reduce(output.text) { $0.replacing($1, with: "\n") }
    #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 60 })
  }

  @Test func theLiveLinesTellStepAndTasks() {
    var state = DisplayState()
    state.tasks = [TaskID(number: 1): .done, TaskID(number: 2): .pending, TaskID(number: 3): .failed]
    state.step = DisplayState.Step(
      number: 4,
      action: .phase(.coding, TaskID(number: 2)),
      model: "coder:32b",
      attempt: 2
    )
    state.activity = .asking
    state.note(StreamProgress(stage: .writing, parts: 40, bytes: 160))
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 100))
    var lines = LiveLines(text: text, state: state)
    lines.now = (state.streamStart ?? .now) + .seconds(10)
    #expect(lines.lines[0] == "| coding t2, attempt 2 - writing - coder:32b - 40 tokens - 4.0 tokens/s - 10s")
    #expect(lines.lines[1] == "  ########xxxxxxxx........  1 of 3 tasks done, 1 not - 10s")
  }

  @Test func aRetryIsSaidOnce() {
    let output = BufferOutput()
    let display = display(output)
    let failure = ModelError.transport(server: "default", message: "It broke.")
    for _ in 0..<3 { display.update(StreamProgress(stage: .retrying, failure: failure)) }
    #expect(output.text.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    (RunOutcome.complete, "✓ complete"), (.partial, "! partial"), (.needsUser, "? needsUser"),
    (.unavailable, "✗ unavailable"),
  ])
  func theSummaryBeginsWithTheOutcome(_ outcome: RunOutcome, _ line: String) {
    let result = ResultEvent(
      outcome: outcome,
      exitCode: Int(outcome.exitCode),
      message: "So it is.",
      next: "Do this.",
      tasks: ["done": 2, "failed": 1],
      checks: ["test.sh": "passed"],
      steps: 9,
      calls: 12,
      promptTokens: 40_000,
      outputTokens: 2000,
      seconds: 75
    )
    let lines = RunSummary(result).lines(on: .plain)
    #expect(lines[1] == line)
    #expect(
      lines.dropFirst(2) == [
        "  So it is.", "", "  Tasks   2 done, 1 failed", "  Checks  ✓ test.sh passed", "  Steps   9", "  Calls   12",
        "  Tokens  40,000 read, 2,000 written", "  Time    1m 15s", "", "→ Do this.",
      ]
    )
  }
}
