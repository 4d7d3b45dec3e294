@unsafe @preconcurrency import Glibc
import JSON
import Orchestration
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// The whole state as a file, and back.
@Suite struct StateFileTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func desk(_ project: String, mask: SecretMask = SecretMask()) -> StateDesk {
    StateDesk(project: folder.appending(project), mask: mask, command: "test")
  }

  private func store(_ project: String) throws -> StateManager {
    folder.makeFolder(project)
    let state = StateFolder(ofProject: folder.appending(project))
    try state.make()
    return try StateManager(path: state.database)
  }

  /// A project whose state holds something of each kind.
  @discardableResult
  private func sample(_ project: String = "a") async throws -> StateManager {
    let store = try store(project)
    let (first, second) = (TaskID(number: 1), TaskID(number: 2))
    let content = Array("int main;\n".utf8)
    let id = try ObjectID(blob: content)
    var estimator = TokenEstimator()
    estimator.calibrate("m:1", bytes: 4000, promptTokens: 1000)
    let step = OpenStep(
      number: 2,
      decision: Decision(action: .phase(.debugging, first), reason: "r", maker: "rules"),
      progress: "p",
      baseTree: id
    )
    let call = ToolCall(id: "c", name: "read_file", arguments: ["path": "a.c"])
    let run = RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits(calls: 9, seconds: 3))
    let other = TaskRecord(id: second, description: "Write b.", targets: ["b.c"], dependsOn: [first], order: 1)
    let closed = OpenStep(number: 1, decision: step.decision, progress: "p", baseTree: id)
    let binary: [UInt8] = [0, 255, 254, 10]
    try await store.commit(
      [
        .runStarted(run), .planAdopted(PlanRecord(version: id)),
        .taskAdded(TaskRecord(id: first, description: "Write ü.", targets: ["a.c"], order: 0), attempts: 3),
        .taskAdded(other, attempts: 3), .taskMoved(second, .asked),
        .questionAsked(Question(id: QuestionID(number: 1), task: second, text: "Which?")),
        .stepOpened(closed), .stepClosed(1), .stepOpened(step),
        .transcriptAppended(
          step: 2,
          [TranscriptEntry(.user("u")), TranscriptEntry(.assistant("", toolCalls: [call]))]
        ),
        .checksRan(["test": .failed]), .byProductsFound(["cache/x"]), .blobKept(id, content),
        .filesKnown(["a.c": id, try ProjectPath(bytes: [0x62, 0xFF]): id]), .tokensCalibrated(estimator),
        .blobKept(try ObjectID(blob: binary), binary), .spent(Spending(steps: 2, calls: 3, seconds: 0.25)),
      ],
      [.warning(MessageEvent(message: "\"quoted\"\n\u{1}", step: 1)), .warning(MessageEvent(message: "m"))]
    )
    let entry = ConversationEntry(.user("Why?"), time: Timestamp(milliseconds: 5), metadata: ["from": "coding"])
    try await store.appendConversation("coding/r1", [StoredUtterance(time: entry.time, entry: entry.json)])
    return store
  }

  private func export(_ project: String, to file: String) async throws -> JSONValue {
    _ = try await desk(project).export(to: folder.appending(file))
    return try JSONValue(parsing: folder.bytes(of: file) ?? [])
  }

  @Test func aStateThatWentRoundIsTheSameByteForByte() async throws {
    let before = try await sample("a").state
    _ = try await export("a", to: "1.json")
    folder.makeFolder("b")
    let report = try await desk("b").takeOver(folder.appending("1.json"), replacing: false)
    _ = try await export("b", to: "2.json")
    #expect(folder.bytes(of: "2.json") == folder.bytes(of: "1.json"))
    #expect(report.kept == nil)
    #expect(report.summary.counts.events == 2)
    let after = try store("b")
    #expect(after.state == before)
    #expect(after.knownFiles().count == 2)
    #expect(try await after.commit([], [.warning(MessageEvent(message: "n"))]).map(\.sequence) == [3])
  }

  @Test func theFileIsItsOwnersAlone() async throws {
    try await sample()
    let summary = try await desk("a").export(to: folder.appending("1.json"))
    var status = stat()
    #expect(unsafe stat(folder.appending("1.json"), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(Int(status.st_size) == summary.size)
    #expect(folder.names() == ["1.json", "a"])
  }

  @Test func secretsAreHiddenAndNumbersStay() async throws {
    let store = try store("a")
    let secrets = ["A_KEY": "hunter2hunter2", "B_TOKEN": "16384000", "C_SECRET": "with\"quote\\"]
    let content = Array("key = hunter2hunter2\n".utf8)
    var run = RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits(tokens: 16_384_000))
    run.message = "with\"quote\\"
    try await store.commit(
      [
        .runStarted(run), .blobKept(try ObjectID(blob: content), content),
        .questionAsked(Question(id: QuestionID(number: 1), task: nil, text: "hunter2hunter2?")),
      ],
      []
    )
    let mask = SecretMask(environment: secrets)
    _ = try await desk("a", mask: mask).export(to: folder.appending("1.json"))
    let text = try #require(folder.text(of: "1.json"))
    #expect(!text.contains("hunter2") && !text.contains("quote"))
    folder.makeFolder("b")
    _ = try await desk("b").takeOver(folder.appending("1.json"), replacing: false)
    let after = try self.store("b")
    #expect(after.state.run?.limits.tokens == 16_384_000)
    #expect(after.state.questions.map(\.text) == ["[hidden]?"])
    // A content that is not what its name says would come back as the user's file.
    #expect(try await after.blob(ObjectID(blob: content)) == nil)
  }

  @Test func aStateThatIsThereIsReplacedOnlyByWordAndKept() async throws {
    try await sample("a")
    let other = try store("b")
    try await other.commit([.runStarted(RunRecord(id: RunID(number: 7), mode: "traditional", limits: RunLimits()))], [])
    _ = try await export("a", to: "1.json")
    let file = folder.appending("1.json")
    let refusal = await #expect(throws: RunRefusal.self) { try await desk("b").takeOver(file, replacing: false) }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.contains("(run 'r7')") == true)
    for number in 1...2 {
      let report = try await desk("b").takeOver(file, replacing: true)
      #expect(report.kept == folder.appending("b/.autonomy/state-before-import-\(number).db"))
    }
    let kept = try StateManager(path: folder.appending("b/.autonomy/state-before-import-1.db"))
    #expect(kept.state.run?.id == RunID(number: 7))
    #expect(try store("b").state.run?.id == RunID(number: 1))
  }

  @Test func whileSomebodyIsAtWorkItIsAConflict() async throws {
    try await sample("a")
    let store = try store("b")
    _ = try await export("a", to: "1.json")
    let lock = try ProjectLock(folder: folder.appending("b/.autonomy"), command: "autonomy run")
    let refusal = await #expect(throws: RunRefusal.self) {
      try await desk("b").takeOver(folder.appending("1.json"), replacing: true)
    }
    #expect(refusal?.outcome == .conflict)
    #expect(refusal?.description.contains("'autonomy run'") == true)
    #expect(store.state.run == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func aStateCanBeWrittenWhileARunIsAtWork() async throws {
    let store = try await sample("a")
    let lock = try ProjectLock(folder: folder.appending("a/.autonomy"), command: "autonomy run")
    async let writing: Void = {
      for number in 0..<200 { try await store.commit([], [.warning(MessageEvent(message: "\(number)"))]) }
    }()
    for number in 0..<5 {
      _ = try await export("a", to: "1.json")
      folder.makeFolder("b\(number)")
      _ = try await desk("b\(number)").takeOver(folder.appending("1.json"), replacing: false)
    }
    try await writing
    withExtendedLifetime(lock) {}
  }

  @Test func checkpointsThatAreNotThereAreForgotten() async throws {
    let project = try TestProject()
    let result = try await project.run([
      TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "bad\n"), TestProject.finish])
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    let desk = StateDesk(project: project.folder.path, mask: SecretMask(), command: "test")
    _ = try await desk.export(to: folder.appending("1.json"))
    // Where they are, they stay.
    #expect(try await desk.takeOver(folder.appending("1.json"), replacing: true).forgotten.isEmpty)
    _ = try await desk.export(to: folder.appending("2.json"))
    #expect(folder.bytes(of: "2.json") == folder.bytes(of: "1.json"))
    folder.makeFolder("b")
    let report = try await self.desk("b").takeOver(folder.appending("1.json"), replacing: false)
    #expect(report.forgotten == [SnapshotID(number: 2), SnapshotID(number: 3)])
    #expect(try store("b").state.tasks.map(\.checkpoints) == [[]])
    #expect(try await project.state().tasks.map(\.checkpoints) == [report.forgotten])
  }

  @Test func thereIsNothingToWriteBeforeTheFirstRun() async throws {
    folder.makeFolder("a")
    let refusal = await #expect(throws: RunRefusal.self) { try await desk("a").export(to: folder.appending("1.json")) }
    #expect(refusal?.outcome == .configuration)
    #expect(folder.names() == ["a"])
  }

  @Test func aFileThatCannotBeWrittenIsNamed() async throws {
    try await sample()
    for (path, reason) in [("none/1.json", "No such file"), ("a", "is no file")] {
      let refusal = await #expect(throws: RunRefusal.self) { try await desk("a").export(to: folder.appending(path)) }
      #expect(refusal?.description.contains(reason) == true, "\(refusal?.description ?? "")")
    }
  }
}
