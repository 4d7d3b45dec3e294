import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Files that are no whole and sound state are refused, and nothing changes.
@Suite struct StateFileMistakeTests {
  /// One thing in the file that is not as it must be.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let part: String
    let wrong: String
    /// What the refusal says, behind the file's name.
    let message: String

    init(_ part: String, _ wrong: String, _ message: String) {
      (self.part, self.wrong, self.message) = (part, wrong, message)
    }

    var testDescription: String { "\(part) → \(wrong)" }
  }

  static let mistakes = [
    Mistake("\"tables\":{", "\"tables\":{,", "line 6, column 11: Expected a name in quotes, found ','."),
    Mistake("{\n\"format\"", "[\n\"format\"", "line 1, column 1: Expected an object, found '['."),
    Mistake("autonomy state", "another state", "'format' must be 'autonomy state'"),
    Mistake("\"version\":1", "\"version\":2", "its version is 2, the newest known here is 1"),
    Mistake("\"version\":1", "\"version\":\"1\"", "'version' must be a number from 1"),
    Mistake("\"schema\":", "\"schema\":9", "was written by a newer version of autonomy (its schema is 9"),
    Mistake("\"schema\":", "\"schemas\":", "There is no member 'schemas'"),
    Mistake("\"checkpoints\":[]", "\"checkpoints\":[{\"id\":\"x\"}]", "A checkpoint has an 'id'"),
    Mistake("\"counter\":[", "\"counters\":[", "There is no table 'counters'."),
    Mistake("\"conversation\":[]", "\"conversation\":[],\"conversation\":[]", "The table 'conversation' occurs twice."),
    Mistake("\"conversation\":[],\n", "", "The table 'conversation' is missing."),
    Mistake("\"sequence\":1,\"time\"", "\"sequence\":1,\"tim\"", "in table 'event': There is no column 'tim'."),
    Mistake("\"sequence\":1,", "", "in table 'event': 'sequence' is missing."),
    Mistake("\"sequence\":1,", "\"sequence\":\"1\",", "in table 'event': 'sequence' does not hold a string."),
    Mistake("\"sequence\":2,", "\"sequence\":1,", "in table 'event': It cannot stand here: UNIQUE constraint"),
    Mistake("\"sequence\":2,", "\"sequence\":3,", "Event 3: Event 2 is missing before it."),
    Mistake(
      "\"type\":\"warning\",\"payload\"",
      "\"type\":\"error\",\"payload\"",
      "It is called 'error', and is 'warning'."
    ),
    Mistake("\"type\":\"warning\",\"message\"", "\"type\":\"sunrise\",\"message\"", "Event 1: 'type': "),
    Mistake("\"step\":1,\"type\"", "\"step\":2,\"type\"", "Its step is another than it says."),
    Mistake("\"run\":1,\"step\":1", "\"run\":5,\"step\":1", "Event 1: There is no run 5."),
    Mistake("\"status\":\"pending\",\"record\"", "\"status\":\"done\",\"record\"", "says 'pending', its status 'done'"),
    Mistake(
      "\"status\":\"pending\",\"record\"",
      "\"status\":null,\"record\"",
      "NOT NULL constraint failed: task.status"
    ),
    Mistake("{\"id\":\"t1\"", "{\"id\":\"t9\"", "Task 1: Its record is that of 't9'."),
    Mistake("\"dependsOn\":[\"t1\"]", "\"dependsOn\":[\"t8\"]", "Task 2: It depends on 't8', which is no other task."),
    Mistake("\"dependsOn\":[]", "\"dependsOn\":[\"t2\"]", "Task 1: It depends on itself, through others."),
    Mistake("\"targets\":[\"a.c\"]", "\"targets\":[\"../a.c\"]", "Task 1: 'targets[0]'"),
    Mistake("{\"task\":1,\"record\":", "{\"task\":3,\"record\":", "Task 1: Its attempts are not counted."),
    Mistake("\"attemptsDrawn\":0", "\"attemptsDrawn\":-1", "The counters of task 1: One is negative."),
    Mistake("{\"name\":\"tasks\",\"value\":2}", "{\"name\":\"tasks\",\"value\":1}", "Counter 'tasks': It is 1"),
    Mistake(
      "\"name\":\"steps\",\"value\":1",
      "\"name\":\"steps\",\"value\":0",
      "Open step 1: Its record is that of step 1"
    ),
    Mistake("\"action\":\"coding t1\"", "\"action\":\"finish\"", "Open step 1: 'finish' is no step."),
    Mistake("\"action\":\"coding t1\"", "\"action\":\"restore c1 t1\"", "Open step 1: It brings a checkpoint back."),
    Mistake("\"latest\":\"failed\"", "\"latest\":\"fine\"", "Check 'test': 'fine' is nothing"),
    Mistake("{\"text\":\"int main;\\n\"}", "{\"text\":\"int man;\\n\"}", "It is not what it is called."),
    Mistake("{\"text\":\"int main;\\n\"}", "{\"base64\":\"!\"}", "in table 'blob': 'content' does not hold an object."),
    Mistake("\"position\":0", "\"position\":4", "The transcript of step 1: Entry 0 is missing."),
    Mistake(
      "\"role\":\"user\"",
      "\"role\":\"king\"",
      "The transcript of step 1: A stored message has no valid 'role'."
    ),
    Mistake("{\"id\":\"r1\"", "{\"id\":\"r2\"", "Run 1: Its record is that of 'r2'."),
    Mistake("\"calls\":0", "\"calls\":-3", "Run 1: It has spent less than nothing."),
  ]

  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    folder.makeFolder("a")
    folder.makeFolder("b")
  }

  private func desk(_ project: String) -> StateDesk {
    StateDesk(project: folder.appending(project), mask: SecretMask(), command: "test")
  }

  /// The text of a state with one run, two tasks, an open step and two events.
  private func sound() async throws -> String {
    let state = StateFolder(ofProject: folder.appending("a"))
    try state.make()
    let store = try StateManager(path: state.database)
    let (first, second) = (TaskID(number: 1), TaskID(number: 2))
    let decision = Decision(action: .phase(.coding, first), reason: "r", maker: "rules")
    let content = Array("int main;\n".utf8)
    try await store.commit(
      [
        .runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits())),
        .taskAdded(TaskRecord(id: first, description: "a", targets: ["a.c"], order: 0), attempts: 3),
        .taskAdded(
          TaskRecord(id: second, description: "b", targets: ["b.c"], dependsOn: [first], order: 1),
          attempts: 3
        ),
        .stepOpened(OpenStep(number: 1, decision: decision, progress: "p", baseTree: .emptyTree)),
        .transcriptAppended(step: 1, [TranscriptEntry(.user("u"))]), .checksRan(["test": .failed]),
        .blobKept(try ObjectID(blob: content), content),
      ],
      [.warning(MessageEvent(message: "m", step: 1)), .warning(MessageEvent(message: "n"))]
    )
    _ = try await desk("a").export(to: folder.appending("sound.json"))
    return try #require(folder.text(of: "sound.json"))
  }

  @Test(arguments: mistakes)
  func aMistakeIsNamedAndNothingChanges(_ mistake: Mistake) async throws {
    let text = try await sound()
    let range = try #require(text.firstRange(of: mistake.part), "'\(mistake.part)' is not in the file.")
    let path = try folder.write(text.replacingCharacters(range, mistake.wrong), to: "wrong.json")
    let refusal = await #expect(throws: RunRefusal.self) { try await desk("b").takeOver(path, replacing: false) }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.hasPrefix("'\(path)' ") == true)
    #expect(refusal?.description.contains(mistake.message) == true, "\(refusal?.description ?? "")")
    #expect(TemporaryDirectory.names(in: folder.appending("b")).isEmpty)
  }

  @Test func aFileThatEndsEarlyIsRefusedWhereverItEnds() async throws {
    let text = Array(try await sound().utf8)
    for count in stride(from: 0, to: text.count - 2, by: 97) {
      let path = try folder.write(Array(text[..<count]), to: "cut.json")
      await #expect(throws: RunRefusal.self) { try await desk("b").takeOver(path, replacing: false) }
    }
    #expect(TemporaryDirectory.names(in: folder.appending("b")).isEmpty)
  }

  @Test func aRefusedFileLeavesAStateThatIsThere() async throws {
    let path = try folder.write(try await sound() + "x", to: "wrong.json")
    let before = try StateManager(path: folder.appending("a/.autonomy/state.db")).state
    let refusal = await #expect(throws: RunRefusal.self) { try await desk("a").takeOver(path, replacing: true) }
    #expect(refusal?.description.contains("Unexpected 'x' after the value.") == true)
    #expect(try StateManager(path: folder.appending("a/.autonomy/state.db")).state == before)
    #expect(!TemporaryDirectory.names(in: folder.appending("a/.autonomy")).contains { $0.contains("import") })
  }

  @Test func aFileThatIsNotThereIsNamed() async throws {
    let refusal = await #expect(throws: RunRefusal.self) {
      try await desk("b").takeOver(folder.appending("none.json"), replacing: false)
    }
    #expect(refusal?.description == "'\(folder.appending("none.json"))' cannot be read: No such file or directory.")
  }
}

extension String {
  /// The text with what stands in `range` replaced.
  fileprivate func replacingCharacters(_ range: Range<Index>, _ text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
