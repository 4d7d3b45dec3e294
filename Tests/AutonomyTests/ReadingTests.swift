import JSON
import Pipeline
import TestSupport
import Testing

@testable import autonomy

@Suite struct ReadingTests {
  private func sample() async throws -> SampleRun {
    let run = try SampleRun()
    try await run.begin()
    try await run.takeStep()
    try await run.ask()
    return run
  }

  @Test func statusShowsTasksQuestionsAndSpending() async throws {
    let run = try await sample()
    try await run.end(.needsUser, "The run needs an answer to 'q1': Which dialect?")
    Snapshot("status.txt").expect(await Invocation("status", in: run.path).output)
    Snapshot("status.jsonl").expect(await Invocation("status", "--json", in: run.path).output)
  }

  @Test func statusNamesWhoIsAtWork() async throws {
    let run = try await sample()
    let lock = try ProjectLock(folder: run.stateFolder, command: "autonomy run")
    let invocation = await Invocation("status", in: run.path)
    #expect(invocation.output.hasPrefix("Run r1 · traditional · at work: 'autonomy run', process "))
    #expect(try await Invocation("status", "--json", in: run.path).result["at_work"]?.bool == true)
    withExtendedLifetime(lock) {}
  }

  @Test func statusNamesWhoIsAtWorkBeforeThereWasARun() async throws {
    let folder = try TemporaryDirectory()
    let state = StateFolder(ofProject: folder.path)
    try state.make()
    let lock = try ProjectLock(folder: state.path, command: "autonomy compare")
    let invocation = await Invocation("status", in: folder.path)
    #expect(invocation.output.hasPrefix("'autonomy compare' (process "))
    #expect(invocation.output.hasSuffix("is at work on this project. There was no run in it yet.\n"))
    #expect(try await Invocation("status", "--json", in: folder.path).result["at_work"] == true)
    withExtendedLifetime(lock) {}
  }

  @Test func statusSaysThatARunWasCutOff() async throws {
    let run = try await sample()
    let invocation = await Invocation("status", in: run.path)
    #expect(invocation.output.hasPrefix("Run r1 · traditional · cut off. Continue it with 'autonomy resume'.\n"))
  }

  @Test func statusDoesNotRepeatAVerdictThatARollbackHasOverruled() async throws {
    let run = try SampleRun()
    try await run.begin()
    try await run.takeStep()
    try await run.end(.complete, "All tasks are done.")
    _ = await Invocation("checkpoints", "create", in: run.path)
    #expect(await Invocation("status", in: run.path).output.contains("All tasks are done."))
    let rollback = await Invocation("rollback", "c1", "--force", in: run.path)
    #expect(rollback.exitCode == 0, "\(rollback.errors)")
    let status = await Invocation("status", in: run.path)
    #expect(!status.output.contains("All tasks are done."), "\(status.output)")
    #expect(status.output.contains("back to checkpoint c1. Go on from there with 'autonomy run'."))
    #expect(try await Invocation("status", "--json", in: run.path).result["rolled_back_to"] == "c1")
  }

  @Test func statusReadsWhileTheDatabaseIsBeingWritten() async throws {
    let run = try await sample()
    let path = run.path
    async let writing: Void = {
      for number in 2..<60 { try await run.takeStep(number, finishes: false) }
    }()
    var codes: Set<Int32> = []
    for _ in 0..<20 { codes.insert(await Invocation("status", in: path).exitCode) }
    try await writing
    #expect(codes == [0])
  }

  @Test func logTellsTheEventsInWords() async throws {
    let run = try await sample()
    try await run.fail(1)
    try await run.end(.partial, "1 of 3 tasks did not get done.")
    Snapshot("log.txt").expect(await Invocation("log", in: run.path).output)
  }

  @Test func logWritesTheEventsAsTheyAreStored() async throws {
    let run = try await sample()
    try await run.end(.needsUser, "The run needs an answer.")
    Snapshot("log.jsonl").expect(await Invocation("log", "--json", in: run.path).output)
  }

  @Test func logOfAStepHasOnlyThatStep() async throws {
    let run = try await sample()
    let lines = try await Invocation("log", "--step", "1", "--json", in: run.path).lines
    #expect(lines.dropLast().allSatisfy { $0["step"]?.integer == 1 })
    #expect(lines.last?["events"]?.integer == 8)
    #expect(await Invocation("log", "--step", "9", in: run.path).errors.contains("There is no step 9."))
  }

  @Test(arguments: [["--step", "77"], ["--run", "r9"]])
  func logRefusesWhatIsNotThere(_ words: [String]) async throws {
    let run = try SampleRun()
    try await run.begin()
    let log = await Invocation(words: ["log"] + words, in: run.path)
    #expect(log.exitCode == 2 && log.output.isEmpty)
    #expect(log.errors.contains("There is no"))
  }

  @Test func logTellsAllThatWasWrongWithACall() {
    let result = ToolResultEvent(
      step: 1,
      tool: "plan_tasks",
      ok: false,
      text: "The plan was not accepted.\n- t1 waits for t1."
    )
    let stored = StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: .toolResult(result))
    let lines = EventText(.plain).logLines(stored)
    #expect(lines.count == 2 && lines[1].hasSuffix("- t1 waits for t1."))
  }

  @Test func theFolderCanBeNamedInBothWays() async throws {
    let run = try SampleRun()
    try await run.begin()
    let named = await Invocation("status", "-C", run.path, in: "/")
    #expect(named.exitCode == 0)
    #expect(await Invocation("status", run.path, in: "/").output == named.output)
    #expect(await Invocation("status", run.path, "-C", run.path, in: "/").exitCode == 2)
  }

  @Test func whyExplainsAStep() async throws {
    let run = try await sample()
    Snapshot("why.txt").expect(await Invocation("why", "1", in: run.path).output)
    Snapshot("why-full.txt").expect(await Invocation("why", "1", "--full", in: run.path).output)
    Snapshot("why.jsonl").expect(await Invocation("why", "1", "--json", in: run.path).output)
  }

  @Test func whyTellsWhoWasAskedAndWhatBecameOfTheirAdvice() async throws {
    let run = try await sample()
    try await run.takeAdvisedStep()
    Snapshot("why-advised.txt").expect(await Invocation("why", "2", in: run.path).output)
    Snapshot("why-advised.jsonl").expect(await Invocation("why", "2", "--json", in: run.path).output)
    Snapshot("log-advised.txt").expect(await Invocation("log", "--step", "2", in: run.path).output)
  }

  @Test func whyRefusesAStepThatWasNotTaken() async throws {
    let run = try await sample()
    let invocation = await Invocation("why", "7", in: run.path)
    #expect(invocation.errors == "Error: There is no step 7. The last is 1.\n")
    #expect(invocation.exitCode == 2)
  }

  @Test func tasksAreListedAndShown() async throws {
    let run = try await sample()
    try await run.fail(1)
    Snapshot("tasks.txt").expect(await Invocation("tasks", in: run.path).output)
    Snapshot("tasks.jsonl").expect(await Invocation("tasks", "--json", in: run.path).output)
    Snapshot("tasks-show.txt").expect(await Invocation("tasks", "show", "t1", in: run.path).output)
    Snapshot("tasks-show.jsonl").expect(await Invocation("tasks", "show", "t1", "--json", in: run.path).output)
  }

  @Test(arguments: [
    (["status"], 0, "There was no run in this project yet."), (["log"], 0, "There was no run in this project yet."),
    (["tasks"], 0, "so there are no tasks."), (["why", "1"], 2, "so there is no step 1."),
    (["answer", "q1", "yes"], 2, "so nothing was asked."), (["tasks", "show", "t1"], 2, "so there are no tasks."),
    (["tasks", "reopen", "t1"], 2, "so there are no tasks."), (["resume"], 2, "There is no run to go on with"),
  ])
  func aFolderWithoutARunSaysSo(_ words: [String], _ exitCode: Int32, _ message: String) async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation(words: words, in: folder.path)
    #expect((invocation.output + invocation.errors).contains(message))
    #expect(invocation.exitCode == exitCode)
    #expect(folder.names().isEmpty)
  }

  @Test func aDamagedDatabaseIsRefusedByName() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("this is no database at all, and longer than a header of one would be", to: ".autonomy/state.db")
    let invocation = await Invocation("status", "--json", in: folder.path)
    #expect(invocation.errors.contains("is damaged"))
    #expect(invocation.errors.contains("\(folder.path)/.autonomy/state.db"))
    #expect(invocation.exitCode == 7)
    #expect(try invocation.result["outcome"] == "environment")
  }

  @Test func secretsAreMaskedInWhatIsShown() async throws {
    let run = try SampleRun()
    try await run.begin()
    try await run.ask("Is sk-abcdef-123456 the key?", task: 1)
    let invocation = await Invocation("status", in: run.path, environment: ["SOME_API_KEY": "sk-abcdef-123456"])
    #expect(invocation.output.contains("Is [hidden] the key?"))
    #expect(!invocation.output.contains("sk-abcdef"))
  }
}
