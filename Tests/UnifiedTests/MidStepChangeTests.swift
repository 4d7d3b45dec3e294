@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing
import Unified

/// What the user changes in the middle of a step comes at the same point again where the run is played.
@Suite struct MidStepChangeTests {
  typealias Change = @Sendable (TemporaryDirectory) throws -> Void

  /// What the user does while the first answer of a step arrives, and what that answer calls.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var calls: [JSONValue]
    var change: Change

    var testDescription: String { name }
  }

  /// Hears of all that happens, and changes something when a step asks for the first time.
  private final class User: Sendable {
    private let step: Int
    private let folder: TemporaryDirectory
    private let change: Mutex<Change?>

    init(_ folder: TemporaryDirectory, in step: Int, _ change: @escaping Change) {
      (self.step, self.folder) = (step, folder)
      self.change = Mutex(change)
    }

    func hear(_ event: Event) {
      guard case .modelRequest(let request) = event, request.step == step else { return }
      let change = change.withLock { change in
        defer { change = nil }
        return change
      }
      do { try change?(folder) } catch { Issue.record(error) }
    }
  }

  private static let files = [
    "other.txt": "other\n", "gone.txt": "going\n", ".gitignore": "*.log\n", "mine.log": "ignored\n",
  ]

  /// A run of two tasks, in whose step of that number the user changes something.
  private static func project(
    _ rules: [JSONValue],
    in step: Int,
    files more: [String: String] = [:],
    check: String = "true",
    _ change: @escaping Change
  ) throws -> JobsProject {
    let items = ["a", "b"].map { JobsProject.Item(targets: ["\($0).txt"], writes: ["\($0).txt": "\($0)\n"]) }
    var project = try JobsProject(items, files: files.merging(more) { $1 }, check: check)
    project.rules = rules
    let user = User(project.project.folder, in: step, change)
    project.onEvent = { user.hear($0) }
    return project
  }

  private static func told(_ project: JobsProject) -> [[ProjectPath]] {
    project.events.compactMap { if case .userChanged(let event) = $0 { event.paths } else { nil } }
  }

  private static func read(_ path: String) -> JSONValue { TestProject.call("read_file", ["path": .string(path)]) }

  private static let reading = TestProject.rule(
    ["phase": "coding", "task": "t1", "last_role": "user"],
    [read("other.txt")],
    times: 1
  )

  static let cases: [Case] = [
    Case(name: "a file that is read", calls: [read("other.txt")]) { try $0.write("the user's\n", to: "other.txt") },
    Case(name: "a new file that is read", calls: [read("new.txt")]) { try $0.write("the user's\n", to: "new.txt") },
    Case(name: "a file that is gone", calls: [read("gone.txt")]) {
      TemporaryDirectory.remove($0.appending("gone.txt"))
    },
    Case(name: "lines that are found", calls: [TestProject.call("search_files", ["pattern": "user"])]) {
      try $0.write("the user's\n", to: "other.txt")
    },
    Case(name: "files that are listed", calls: [TestProject.call("search_files", [:])]) {
      try $0.write("the user's\n", to: "sub/new.txt")
      TemporaryDirectory.remove($0.appending("gone.txt"))
    },
    Case(
      name: "a file that is changed",
      calls: [
        read("other.txt"),
        TestProject.call("edit_file", ["path": "other.txt", "old_text": "user", "new_text": "model"]),
      ]
    ) { try $0.write("the user's\n", to: "other.txt") },
    Case(name: "a file that is written", calls: [TestProject.write("new.txt", "the model's\n")]) {
      try $0.write("the user's\n", to: "new.txt")
    },
    Case(name: "a file that is deleted", calls: [TestProject.call("delete_file", ["path": "gone.txt"])]) {
      try $0.write("the user's\n", to: "gone.txt")
    },
    Case(name: "an ignored file", calls: [read("mine.log")]) { try $0.write("the user's\n", to: "mine.log") },
    Case(name: "the target of the task", calls: [TestProject.write("a.txt", "a\n"), TestProject.finish]) {
      try $0.write("the user's\n", to: "a.txt")
    },
    Case(name: "a file that can be run now", calls: [read("other.txt")]) { folder in
      #expect(unsafe chmod(folder.appending("other.txt"), 0o755) == 0)
    },
    Case(name: "a file that nobody looks at can be run", calls: [read("gone.txt")]) { folder in
      #expect(unsafe chmod(folder.appending("other.txt"), 0o755) == 0)
    },
    Case(name: "a new link", calls: [read("way")]) { folder in
      #expect(unsafe symlink("other.txt", folder.appending("way")) == 0)
    },
    Case(name: "a link that nobody looks at", calls: [read("other.txt")]) { folder in
      #expect(unsafe symlink("nowhere", folder.appending("way")) == 0)
    },
    Case(name: "a link in the place of a file", calls: [read("gone.txt")]) { folder in
      TemporaryDirectory.remove(folder.appending("gone.txt"))
      #expect(unsafe symlink("other.txt", folder.appending("gone.txt")) == 0)
    },
    Case(name: "a file with a file in the place of its folder", calls: [read("other.txt")]) {
      TemporaryDirectory.remove($0.appending("other.txt"))
      try $0.write("the user's\n", to: "other.txt/new.txt")
    },
  ]

  @Test(arguments: cases, TestEnvironment.some([2, 1], by: 2))
  func aCallFindsWhatItFound(_ test: Case, jobs: Int) async throws {
    // With two at once the loop is between its look at the project and the next checkpoint then.
    let rules = [TestProject.rule(["phase": "coding", "task": "t1", "last_role": "user"], test.calls, times: 1)]
    let project = try Self.project(rules, in: 2, test.change)
    // Nobody reviews what else the model wrote.
    let result = try await project.run(jobs: jobs)
    #expect([.complete, .partial].contains(result.outcome), "\(result.message)")
  }

  @Test(arguments: [1, 2])
  func planningFindsWhatItFound(jobs: Int) async throws {
    let look = [Self.read("new.txt"), TestProject.call("search_files", ["pattern": "user"])]
    let rules = [TestProject.rule(["phase": "planning", "last_role": "user"], look, times: 1)]
    let project = try Self.project(rules, in: 1) { try $0.write("the user's\n", to: "new.txt") }
    let result = try await project.run(jobs: jobs)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(Self.told(project) == [["new.txt"]])
  }

  @Test(arguments: ["the user's\n", nil])
  func aFileThatChangesUnderReviewIsReviewedAgain(text: String?) async throws {
    let rules = [
      TestProject.rule(["phase": "qa", "task": "t1", "last_role": "tool"], [Self.read("a.txt")], times: 1)
    ]
    let project = try Self.project(rules, in: 3) { folder in
      TemporaryDirectory.remove(folder.appending("a.txt"))
      if let text { try folder.write(text, to: "a.txt") }
    }
    _ = try await project.run(jobs: 1)
    #expect(Self.told(project).first == ["a.txt"])
    let refusals = project.events.filter { if case .toolResult(let event) = $0 { !event.ok } else { false } }
    #expect(refusals.isEmpty == (text == nil))
  }

  @Test func aFileThatChangesAfterItsVerdictIsReviewedAgain() async throws {
    let verdict = TestProject.call("report_issue", ["path": "a.txt", "kind": "logic", "description": "Wrong."])
    let rules = [TestProject.rule(["phase": "qa", "task": "t1"], [verdict], times: 1)]
    let project = try Self.project(rules, in: 3) { try $0.write("the user's\n", to: "a.txt") }
    _ = try await project.run(jobs: 1)
    #expect(Self.told(project) == [["a.txt"]])
  }

  @Test func whatIsChangedBackIsNotTold() async throws {
    var project = try Self.project([Self.reading], in: 2) { try $0.write("the user's\n", to: "other.txt") }
    let hear = project.onEvent
    let folder = project.project.folder
    project.onEvent = { event in
      hear(event)
      guard case .toolResult(let result) = event, result.tool == "read_file" else { return }
      _ = try? folder.write("other\n", to: "other.txt")
    }
    let result = try await project.run(jobs: 1)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(Self.told(project).isEmpty)
  }

  @Test func aChangeIsToldOnce() async throws {
    let project = try Self.project([Self.reading], in: 2) { try $0.write("the user's\n", to: "other.txt") }
    _ = try await project.run(jobs: 1)
    #expect(Self.told(project) == [["other.txt"]])
    #expect(project.text(of: "other.txt") == "the user's\n")
    let found = try project.project.record().items.filter { $0.item.kind == .found }
    #expect(found.count == 1)
  }

  /// Those noted what changed with its event, and what was there already where tasks were to write.
  @Test func aRecordOfAnEarlierVersionIsPlayed() async throws {
    let files = [".gitignore": "b.txt\n", "b.txt": "the user's\n"]
    let rules = [
      TestProject.rule(["phase": "coding", "task": "t2", "last_role": "user"], [Self.read("b.txt")], times: 1)
    ]
    let project = try Self.project(rules, in: 2, files: files) { try $0.write("the user's\n", to: "other.txt") }
    _ = try await project.run(jobs: 1)
    var record = try project.project.record()
    var count = 0
    record.items = record.items.map { event, item in
      guard case .found(var files) = item else { return (event, item) }
      count += 1
      for index in files.indices { files[index].kind = nil }
      return (event, .files(files))
    }
    #expect(count == 2)
    #expect(try await project.project.replay(record).difference == nil)
  }

  @Test func aRecordThatEndsAnywhereIsPlayedUpToThere() async throws {
    let project = try Self.project([Self.reading], in: 2) { try $0.write("the user's\n", to: "other.txt") }
    _ = try await project.run(jobs: 1)
    try await project.project.expectPrefixesPlay(by: 1)
  }

  @Test func aForkHasWhatWasFoundBefore() async throws {
    let project = try Self.project([Self.reading], in: 2) { try $0.write("the user's\n", to: "other.txt") }
    _ = try await project.run(jobs: 1)
    for (step, text) in [(2, "other\n"), (3, "the user's\n")] {
      let fork = try await Replay(
        project.project.record(),
        checkpoints: project.project.folder.path + "/.autonomy/checkpoints",
        in: project.project.folder.path + "/.autonomy/worktrees"
      ).fork(before: step, as: "test-\(step)")
      #expect(FileBytes.read("\(fork.path)/other.txt", limit: .max) == Array(text.utf8))
    }
  }
}
