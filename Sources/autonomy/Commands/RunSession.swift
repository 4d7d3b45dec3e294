import ArgumentParsing
@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import Unified

/// A run on one project as the user sees it: what was found, what happens, how it ended, and what is asked.
struct RunSession: Sendable {
  let project: String
  let configuration: Configuration
  let console: Console
  let writesJSON: Bool
  /// What the lock says is at work.
  let command: String
  /// Where the run comes from, if it is one that was forked from another.
  var fork: String?

  /// Runs to an outcome, asks the user where that helps, and throws the exit code unless it is 0.
  func carryOut(_ settings: RunSettings) async throws {
    var settings = settings
    while true {
      let result = try await runOnce(settings)
      if result.outcome == .needsUser, try await ask() {
        settings.startsFresh = false
        continue
      }
      if result.exitCode != 0 { throw ExitCode(Int32(result.exitCode)) }
      return
    }
  }

  /// One start to one outcome, with all that is shown of it.
  private func runOnce(_ settings: RunSettings) async throws -> ResultEvent {
    let header = RunHeader(
      project: project,
      configuration: configuration,
      environment: console.environment,
      orchestrated: settings.orchestrated,
      fork: fork
    )
    if writesJSON {
      let sink = JSONEventSink(console: console)
      let result = try await run(settings, sink: sink) { _ in }
      if !sink.hasResult { emit(result) }
      return result
    }
    let display = RunDisplay(console: console, header: header)
    let known = try JournalReader.open(StateFolder(ofProject: project))?.state()
    let spent = known?.run.map { $0.spent.microdollars + $0.reserveSpent.microdollars } ?? 0
    display.begin(with: known?.tasks ?? [], microdollars: spent)
    defer { display.end() }
    let result = try await run(settings, sink: display) { display.update($0) }
    display.end()
    var told = result
    // Who is asked right now need not be told how to answer later.
    if result.outcome == .needsUser, console.reader != nil { told.next = nil }
    for line in RunSummary(told, in: fork == nil ? nil : project).lines(on: console.output.terminal) {
      console.print(line)
    }
    return result
  }

  private func run(
    _ settings: RunSettings,
    sink: some EventSink,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws -> ResultEvent {
    let factory = RunFactory(
      project: project,
      seenAs: Worktree.origin(of: project),
      configuration: configuration,
      environment: console.environment,
      sinks: [sink],
      progress: progress,
      interruptionCode: { [signals = console.signals] in signals.exitCode }
    )
    let (command, console, writesJSON) = (command, console, writesJSON)
    do {
      return try await console.signals.cancelling {
        try await factory.run(settings, command: command)
      } onSignal: { signal in
        guard !writesJSON else { return }
        let name = signal == SIGINT ? "Ctrl-C" : signal == SIGTERM ? "SIGTERM" : "SIGHUP"
        (sink as? RunDisplay)?.say("\(name): stopping in order. Once more stops at once.")
      }
    } catch let refusal as RunRefusal where refusal.outcome == .unavailable {
      let advice = "Start it, or name another with OLLAMA_HOST; 'autonomy doctor' looks at all that a run needs."
      throw Refusal(.unavailable, "\(refusal) \(advice)")
    } catch is CancellationError {
      throw Interrupted(exitCode: ExitCode(console.signals.exitCode))
    }
  }

  /// The last line where the run repeated an earlier verdict, which the journal has already.
  private func emit(_ result: ResultEvent) {
    var members: JSONObject = [:]
    if let run = try? JournalReader.open(StateFolder(ofProject: project))?.state().run {
      members["run"] = .string("\(run.id)")
    }
    if let payload = try? JSONValue(encoding: result).object {
      for (key, value) in payload where key != "exit_code" { members[key] = value }
    }
    console.emitResult(members, exitCode: Int32(result.exitCode))
  }

  /// Puts the open questions to the user; answers whether one was answered.
  private func ask() async throws -> Bool {
    let folder = StateFolder(ofProject: project)
    guard !writesJSON, let input = console.reader, let reader = try JournalReader.open(folder) else { return false }
    let open = Set(try reader.state().waitingQuestions.map { $0.id })
    let style = TextStyle(console.errors.terminal)
    var isAnswered = false
    input.discardTyped()
    for question in try reader.questions() where open.contains(question.id) && question.answer == nil {
      let task = question.task.map { " (\($0))" } ?? ""
      console.note("")
      console.noteWrapped(
        "\(style.asking) \(style.bold("\(question.id)"))\(task): \(DisplayWidth.harmless(question.text))",
        indent: 2
      )
      console.errors.write("  Your answer, or Enter to leave it for later: ")
      guard let line = try await input.line() else {
        console.note("")
        return isAnswered
      }
      let text = line.trimmingSpaces()
      guard !text.isEmpty, let box = try AnswerBox(folder, mask: configuration.secrets) else { continue }
      if try box.put(text, for: question.id) == .taken { isAnswered = true }
    }
    return isAnswered
  }
}

/// A signal ended a command before anything came of it.
struct Interrupted: ExitCodeProviding, CustomStringConvertible {
  let exitCode: ExitCode
  var description = "Interrupted before the run began; nothing was changed."
}
