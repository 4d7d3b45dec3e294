import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

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
    display.begin(with: [])
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
    state.steps = [
      DisplayState.Step(
        number: 4,
        action: .phase(.coding, TaskID(number: 2)),
        model: "coder:32b",
        attempt: 2,
        activity: .asking
      )
    ]
    state.note(StreamProgress(stage: .writing, parts: 40, bytes: 160))
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 100))
    var lines = LiveLines(text: text, state: state)
    lines.now = (state.streamStart ?? .now) + .seconds(10)
    #expect(lines.lines[0] == "| coding t2, attempt 2 - writing - coder:32b - 40 tokens - 4.0 tokens/s - 10s")
    #expect(lines.lines[1] == "  ########xxxxxxxx........  1 of 3 tasks done, 1 not - 10s")
  }

  @Test func theLiveLinesTellWhatTheAnswersHaveCost() {
    var state = DisplayState()
    for cost in [120, nil, 4000] {
      var response = ModelResponseEvent(step: 1, model: "m:1b", server: "s", finish: "stop", tools: [], seconds: 1)
      response.microdollars = cost
      state.note(.modelResponse(response))
    }
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 100))
    var lines = LiveLines(text: text, state: state)
    lines.now = state.start + .seconds(10)
    #expect(lines.lines[1] == "  no tasks yet - 10s - $0.00412")
    // A run that goes on has cost something before.
    state.earlierMicrodollars = 1_000_000
    let resumed = RunResumedEvent(mode: "traditional", modeOrigin: "default", limits: RunLimits(), sandbox: "none")
    state.note(.runResumed(resumed))
    #expect(state.microdollars == 1_000_000)
  }

  @Test func aComparisonShowsTheRunAtWorkAndThenWhatItCameTo() async throws {
    let output = BufferOutput(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 100))
    let display = ComparisonDisplay(
      console: Console(environment: [:], directory: "/", output: BufferOutput(), errors: output)
    )
    display.show(.began(run: 1, of: 2, mode: "traditional", tasks: []))
    await display.receive(try await events())
    while !output.text.contains("tasks done") { try await Task.sleep(for: .milliseconds(10)) }
    var measures = RunMeasures()
    measures.outcome = .partial
    display.show(.ended(run: 1, of: 2, measures))
    let shown = output.text
    #expect(shown.hasPrefix("Run 1 of 2, traditional...\n"))
    let last = "  ! partial, 0 tasks done, 0 steps, 0 calls, 0 tokens, 0.0s\n"
    #expect(shown.hasSuffix("\r\u{1B}[1A\u{1B}[J\(last)"), "\(shown)")
  }

  @Test func aNarrowTerminalShowsWhatMattersMost() {
    var state = DisplayState()
    state.tasks = [TaskID(number: 1): .done, TaskID(number: 2): .pending]
    state.steps = [
      DisplayState.Step(
        number: 4,
        action: .phase(.coding, TaskID(number: 2)),
        model: "a-long-model:32b",
        activity: .asking
      )
    ]
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 40))
    var lines = LiveLines(text: text, state: state)
    lines.now = state.steps[0].start + .seconds(10)
    // With room for the '^C' that a terminal shows.
    #expect(lines.lines[0] == "| coding t2 - 10s")
    #expect(lines.lines[1].hasSuffix("1 of 2 tasks done - 10s"))
    #expect(lines.lines.allSatisfy { DisplayWidth.of($0) <= 37 })
  }

  @Test func linesThatATerminalHasWrappedSinceAreTakenOffToo() {
    var state = DisplayState()
    state.drawn = [30, 37]
    #expect(state.erasure(columns: 40) == "\r\u{1B}[1A\u{1B}[J")
    state.drawn = [30, 37]
    #expect(state.erasure(columns: 20) == "\r\u{1B}[3A\u{1B}[J")
    #expect(state.erasure(columns: 20) == "")
  }

  @Test func eachOfSeveralStepsHasALineAndItsChecksBelowIt() async {
    func stored(_ event: Event) -> StoredEvent {
      StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: event)
    }
    func started(_ step: Int, _ phase: PhaseName, _ task: Int) -> StoredEvent {
      let id = TaskID(number: task)
      return stored(
        .phaseStarted(PhaseStartedEvent(step: step, phase: phase, task: id, role: "", model: "m:1b", attempt: 1))
      )
    }
    func checked(_ step: Int, _ name: String) -> StoredEvent {
      stored(.checkFinished(CheckFinishedEvent(step: step, check: name, status: .passed, seconds: 1, counts: false)))
    }
    func finished(_ step: Int, _ phase: PhaseName, _ task: Int, _ result: String) -> StoredEvent {
      stored(
        .phaseFinished(
          PhaseFinishedEvent(
            step: step,
            phase: phase,
            task: TaskID(number: task),
            result: result,
            reason: "So it is.",
            calls: 1,
            promptTokens: 1,
            outputTokens: 1,
            seconds: 1
          )
        )
      )
    }
    let output = BufferOutput()
    let display = display(output)
    await display.receive([started(4, .qa, 1), started(5, .qa, 2), checked(4, "one"), checked(5, "two")])
    await display.receive([finished(5, .qa, 2, "approved"), finished(4, .qa, 1, "rejected")])
    display.end()
    let words = output.text.split(separator: "\n").map { line in
      ["begins", "approved", "rejected", "one", "two"].first { line.contains($0) }
    }
    #expect(words == ["begins", "begins", "approved", "two", "rejected", "one"])

    var state = DisplayState()
    for event in [started(4, .qa, 1), started(5, .coding, 2)] { state.note(event.event) }
    state.note(.toolCall(ToolCallEvent(step: 5, tool: "write_file", path: "a.c")))
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 100))
    let lines = LiveLines(text: text, state: state).lines
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("| qa t1 - running the checks - m:1b"))
    #expect(lines[1].hasPrefix("| coding t2 - write_file a.c - m:1b"))

    // A step that waits for others says so, also where that is heard of before it is known to have begun.
    state.note(StreamProgress(stage: .queued, step: 6))
    state.note(started(6, .qa, 3).event)
    func last() -> String { LiveLines(text: text, state: state).lines[2] }
    #expect(last().hasPrefix("| qa t3 - waiting for its turn at the server - m:1b"))
    #expect(LiveLines(text: text, state: state).lines[0] == lines[0])
    let request = ModelRequestEvent(
      step: 6,
      model: "m:1b",
      server: "gpu",
      messages: 2,
      estimatedTokens: 1,
      numCtx: 1,
      numPredict: 1,
      tools: []
    )
    state.note(.modelRequest(request))
    #expect(last().hasPrefix("| qa t3 - waiting for the model - m:1b"))
  }

  @Test func aReasonThatHasNoRoomInItsLineStandsBelowIt() {
    let reason = "Nothing was changed. The model only looked at files and then said that it had finished its work."
    let finished = PhaseFinishedEvent(
      step: 2,
      phase: .coding,
      task: TaskID(number: 1),
      result: "failed",
      reason: reason,
      calls: 1,
      promptTokens: 1,
      outputTokens: 1,
      seconds: 1
    )
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: true, columns: 60))
    let lines = RunLines(text: text, state: DisplayState()).lines(for: .phaseFinished(finished)).lines
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 60 })
    let said = lines.dropFirst().map { $0.trimmingSpaces() }.joined(separator: " ")
    #expect(said == reason)
  }

  @Test func aReviewBeginsWithTheChecks() {
    let decision = DecisionEvent(
      step: 3,
      action: .phase(.qa, TaskID(number: 1)),
      maker: "rules",
      reason: "",
      legal: [],
      progress: "",
      repeats: 0,
      rules: nil,
      guidance: nil,
      advice: nil
    )
    var state = DisplayState()
    state.note(.decision(decision))
    let text = EventText(Terminal(isLive: true, hasColour: false, hasUnicode: false, columns: 100))
    #expect(LiveLines(text: text, state: state).lines[0].hasPrefix("| qa t1 - running the checks - "))
  }

  @Test func aNoteOfACheckStandsBehindTheMomentItRan() {
    let text = EventText(Terminal(isLive: false, hasColour: false, hasUnicode: false, columns: 100))
    let check = CheckFinishedEvent(
      check: "one",
      status: .absent,
      tests: 0,
      seconds: 0.5,
      counts: false,
      note: "It ran no test."
    )
    let (lines, _) = RunLines(text: text, state: DisplayState()).lines(for: .checkFinished(check))
    #expect(lines[0].hasSuffix("check 'one' proves nothing (0.5s, 0 tests), before the first step. It ran no test."))
  }

  @Test func aCheckRunsBeforeTheFirstStepOnlyOnce() async {
    let output = BufferOutput()
    let display = display(output)
    let check = CheckFinishedEvent(check: "one", status: .failed, seconds: 0.5, counts: true)
    let event = StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: .checkFinished(check))
    await display.receive([event])
    await display.receive([event])
    let moments = output.text.split(separator: "\n").compactMap { $0.split(separator: ", ").last }
    #expect(moments == ["before the first step", "on the final files"])
  }

  @Test func aRetryIsSaidOnceForAllThatFailTheSame() async {
    let output = BufferOutput()
    let display = display(output)
    for message in ["HTTP 500", "HTTP 500", "HTTP 500", "It broke.", "HTTP 500"] {
      let event = MessageEvent(message: message, step: 2, isRetry: true)
      let time = Timestamp(milliseconds: 0)
      await display.receive([StoredEvent(sequence: 1, time: time, run: nil, event: .warning(event))])
    }
    #expect(output.text.split(separator: "\n") == ["! HTTP 500", "! It broke.", "! HTTP 500"])
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
