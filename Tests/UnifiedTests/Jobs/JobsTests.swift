import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@testable import Unified

/// Runs that work on several tasks at once.
@Suite struct JobsTests {
  @Test func severalAtOnceComeToTheSameAsOneAfterTheOther() async throws {
    let script = "for f in f*.txt; do [ ! -e $f ] || grep -q ok $f || exit 1; done"
    var ends: [(statuses: [TaskStatus], checks: [String: String], files: [String: String?])] = []
    for jobs in [1, 4] {
      let project = try JobsProject(JobsProject.mixed(24, delay: jobs == 1 ? 0 : 8), check: script)
      let result = try await project.run(jobs: jobs)
      #expect(result.outcome == .complete, "\(result.message)")
      let state = try await project.project.state()
      let names = project.project.folder.names().filter { $0 != ".autonomy" }
      ends.append(
        (state.tasks.map(\.status), result.checks, Dictionary(names.map { ($0, project.text(of: $0)) }) { $1 })
      )
      #expect(state.run?.spent.steps == 24 * 2 + 2)
      #expect(project.worktrees == [])
      #expect(jobs == 1 ? project.mostAtOnce == 1 : (3...4).contains(project.mostAtOnce))
      #expect(state.openSteps.isEmpty)
      // What belongs to a step's account is no other's.
      let finished = project.events.compactMap { if case .phaseFinished(let phase) = $0 { phase.calls } else { nil } }
      #expect(finished == Array(repeating: 1, count: 24 * 2 + 2))
    }
    #expect(ends[0].statuses == ends[1].statuses)
    #expect(ends[0].checks == ends[1].checks)
    #expect(ends[0].files == ends[1].files)
    #expect(ends[1].files.count == 26)
  }

  /// Where a task is merged into files that a checkpoint has already, no other is taken of them.
  @Test func aCheckpointIsTakenBeforeEachTaskAndWhenItIsDone() async throws {
    let items = (1...3).map { JobsProject.Item(targets: ["f\($0).txt"], writes: ["f\($0).txt": "\($0)\n"]) }
    let project = try JobsProject(items)
    #expect(try await project.run(jobs: 3).outcome == .complete)
    let taken = project.events.compactMap { if case .checkpointCreated(let made) = $0 { made.message } else { nil } }
    let begun = (1...3).map { "before step \($0 + 1): coding t\($0)" }
    #expect(taken == ["r1 starts"] + begun + taken.suffix(3))
    #expect(taken.suffix(3).sorted() == (1...3).map { "task t\($0) is done" })
  }

  /// However many tasks a worktree has been made for, nothing is in it that checks left there for the one before.
  @Test func aWorktreeThatIsMadeOfAnotherHasNothingOfIt() async throws {
    let items = (1...9).map { JobsProject.Item(targets: ["f\($0).txt"], writes: ["f\($0).txt": "\($0)\n"]) }
    // The checks of one task run twice, before its review and after it; the project's own are not in a worktree.
    let script = "case $PWD in */worktrees/*) echo >>cache.log; [ $(wc -l <cache.log) -le 2 ];; esac"
    let project = try JobsProject(items, files: [".gitignore": "*.log\n"], check: script)
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    let checks = project.events.compactMap { if case .checkFinished(let check) = $0 { check.status } else { nil } }
    #expect(checks.allSatisfy { $0 == .passed })
    #expect(project.worktrees == [])
    #expect((1...9).allSatisfy { project.text(of: "f\($0).txt") == "\($0)\n" })
  }

  /// A check may put a link in place of a folder in the worktree of a task, where the project has that folder yet.
  @Test func aFolderIsNoByProductBecauseALinkOfThatNameIs() async throws {
    let items = (1...2).map { JobsProject.Item(targets: ["f\($0).txt"], writes: ["f\($0).txt": "\($0)\n"]) }
    let script = "case $PWD in */worktrees/*) [ -L data ] || { rm -r data; ln -s /tmp data; };; esac"
    let project = try JobsProject(items, files: ["data/mine.txt": "the user's\n"], check: script)
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await project.project.state().byProducts == ["data"])
    let last = try await project.project.desk().use { store in
      try await store.paths(in: try #require(try await store.list().max { $0.id < $1.id }?.id))
    }
    #expect(last.contains("data/mine.txt"))
  }

  /// Only the task that cannot be done there fails, as in a run without worktrees, and it does so by its attempts.
  @Test(arguments: [
    ("rm -rf src; ln -s /tmp src", false), ("rm -rf src; ln -s /tmp src", true), ("rm -rf src; echo x >src", false),
    ("rm -rf src; echo x >src", true), ("rm -rf src/n.txt; mkdir -p src/n.txt/x; echo x >src/n.txt/x/y", true),
  ])
  func aCheckThatSpoilsWorktreesEndsNoRun(spoiling: String, isChain: Bool) async throws {
    var project = try JobsProject(
      [
        .init(targets: ["f1.txt"], writes: ["f1.txt": "1\n"]),
        .init(targets: ["src/n.txt"], dependsOn: isChain ? [1] : [], writes: ["src/n.txt": "n\n"]),
        .init(targets: ["f3.txt"], writes: ["f3.txt": "3\n"]),
      ],
      files: ["src/a.c": "int a;\n", "src/n.txt": "old\n"],
      check: "case $PWD in */worktrees/*) [ ! -e f1.txt ] || { \(spoiling); };; esac"
    )
    project.overrides = ["limits.task_attempts=2"]
    let result = try await project.run(jobs: 3)
    #expect(result.outcome == .partial, "\(result.message)")
    #expect(project.text(of: "f3.txt") == "3\n")
    #expect(project.text(of: "src/a.c") == "int a;\n")
  }

  @Test func tasksThatShareAFileWaitForEachOther() async throws {
    let project = try JobsProject([
      .init(targets: ["f.txt"], writes: ["f.txt": "1\n"]),
      .init(targets: ["f.txt"], writes: ["f.txt": "1\n2\n"]),
      .init(targets: ["g.txt"], writes: ["g.txt": "3\n"]),
      .init(targets: ["f.txt", "h.txt"], writes: ["f.txt": "1\n2\n4\n", "h.txt": "4\n"]),
    ])
    let result = try await project.run(jobs: 4)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.text(of: "f.txt") == "1\n2\n4\n")
    let spans = try [1, 2, 3, 4].map { try #require(project.span(of: $0)) }
    #expect(!spans[0].overlaps(spans[1]))
    #expect(!spans[1].overlaps(spans[3]))
    #expect(spans[0].overlaps(spans[2]))
    #expect(!project.events.contains { if case .merge(let merge) = $0 { merge.conflicts != nil } else { false } })
  }

  /// Two tasks that both write a file that neither has among its targets.
  private func conflicting() throws -> JobsProject {
    var project = try JobsProject(
      [
        .init(targets: ["a.txt"], writes: ["a.txt": "a\n", "list.txt": "start\na\nend\n"]),
        .init(targets: ["b.txt"], writes: ["b.txt": "b\n", "list.txt": "start\nb\nend\n"]),
      ],
      files: ["list.txt": "start\nend\n"]
    )
    project.held = (task: 2, until: 1)
    // Whoever has read the file may write it.
    for (task, name) in [("t1", "a"), ("t2", "b")] {
      project.rules.append(
        JobsProject.rule(
          ["phase": "coding", "task": .string(task), "last_role": "user"],
          [TestProject.call("read_file", ["path": "list.txt"])]
        )
      )
      let both = [TestProject.write("list.txt", "start\na\nb\nend\n"), TestProject.finish]
      project.rules.append(
        JobsProject.rule(
          ["phase": "debugging", "task": .string(task), "last_contains": "<<<<<<< this task\n\(name)\n=======\n"],
          both
        )
      )
    }
    return project
  }

  @Test func aConflictIsResolvedByDebuggingWithBothSides() async throws {
    let project = try conflicting()
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.text(of: "list.txt") == "start\na\nb\nend\n")
    #expect(project.results(of: 1) == ["coding coded", "qa approved"])
    #expect(project.results(of: 2) == ["coding coded", "qa conflict", "debugging fixed", "qa approved"])
    let state = try await project.project.state()
    #expect(state.tasks.map(\.status) == [.done, .done])
    #expect(state.tasks.allSatisfy { $0.lane == nil && $0.lastError == nil })
  }

  @Test func marksThatAreLeftGoBackWithoutAskingTheReviewer() async throws {
    var project = try conflicting()
    let lazy = [TestProject.write("b.txt", "b\nb\n"), TestProject.finish]
    project.rules.insert(JobsProject.rule(["phase": "debugging", "task": "t2"], lazy, times: 1), at: 0)
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(
      project.results(of: 2)
        == ["coding coded", "qa conflict", "debugging fixed", "qa conflict", "debugging fixed", "qa approved"]
    )
    #expect(project.text(of: "list.txt") == "start\na\nb\nend\n")
  }

  @Test func aMergeWithoutConflictsCountsOnlyIfTheChecksPassOnIt() async throws {
    var project = try JobsProject(
      [
        .init(targets: ["x.txt"], writes: ["x.txt": "1\n"]),
        .init(targets: ["y.txt"], writes: ["y.txt": "1\n"]),
      ],
      check: #"test "$(cat x.txt y.txt 2>/dev/null | tr -d '\n')" != 11"#
    )
    project.held = (task: 2, until: 1)
    let mend = [TestProject.write("y.txt", "2\n"), TestProject.finish]
    project.rules.append(
      JobsProject.rule(
        ["phase": "debugging", "task": "t2", "last_contains": "has changed in the project meanwhile"],
        mend
      )
    )
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.results(of: 2) == ["coding coded", "qa rejected", "debugging fixed", "qa approved"])
    #expect(project.text(of: "x.txt") == "1\n")
    #expect(project.text(of: "y.txt") == "2\n")
  }

  @Test(arguments: [false, true])
  func whatAFailedTaskLeftIsNotInTheProject(isKept: Bool) async throws {
    var project = try JobsProject(
      [
        .init(targets: ["bad.txt"], writes: ["bad.txt": "bad\n"]),
        .init(targets: ["good.txt"], writes: ["good.txt": "good\n"]),
        .init(targets: ["more.txt"], dependsOn: [2], writes: ["more.txt": "more\n"]),
        .init(targets: ["never.txt"], dependsOn: [1], writes: ["never.txt": "never\n"]),
      ],
      check: "! grep -q bad *.txt"
    )
    project.overrides = ["limits.task_attempts=2", "checkpoint.keep_failed=\(isKept)"]
    let result = try await project.run(jobs: 3)
    #expect(result.outcome == .partial, "\(result.message)")
    #expect(try await project.project.state().tasks.map(\.status) == [.failed, .done, .done, .blocked])
    #expect(project.text(of: "bad.txt") == nil)
    #expect(project.text(of: "good.txt") == "good\n")
    #expect(project.text(of: "more.txt") == "more\n")
    guard isKept else {
      #expect(project.worktrees == [])
      return
    }
    // What is kept of one run is in the way of no other, nor of its replay.
    let worktree = try #require(project.worktrees.first)
    #expect(project.text(of: ".autonomy/worktrees/\(worktree)/bad.txt") == "bad\n")
    let desk = TaskDesk(project: project.project.folder.path, configuration: Configuration())
    _ = try await desk.reopen(.failed, command: "test")
    #expect(try await project.run(jobs: 3).outcome == .partial)
    #expect(project.worktrees.count == 2)
    #expect(project.worktrees.allSatisfy { $0.hasPrefix("failed-t1") })
  }

  @Test func whatTheUserChangesMeanwhileIsNoticedAndStays() async throws {
    var project = try conflicting()
    let folder = project.project.folder
    project.held = nil
    let hasChanged = InterruptionTests.Counter()
    project.onEvent = { event in
      guard case .phaseStarted(let phase) = event, phase.phase == .qa, phase.task == TaskID(number: 1),
        hasChanged.next() == 1
      else { return }
      _ = try? folder.write("start\nuser\nend\n", to: "list.txt")
      _ = try? folder.write("mine\n", to: "notes.txt")
    }
    for (task, name) in [("t1", "a"), ("t2", "b")] {
      let all = name == "a" ? "start\nuser\na\nend\n" : "start\nuser\na\nb\nend\n"
      project.rules.insert(
        JobsProject.rule(
          ["phase": "debugging", "task": .string(task)],
          [TestProject.write("list.txt", all), TestProject.finish]
        ),
        at: 0
      )
    }
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.text(of: "list.txt")?.contains("user\n") == true)
    #expect(project.text(of: "notes.txt") == "mine\n")
    #expect(project.results(of: 1).contains("qa conflict"))
    let noticed = project.events.compactMap { if case .userChanged(let change) = $0 { change.paths } else { nil } }
    #expect(noticed == [["list.txt", "notes.txt"]])
  }

  @Test func aQuestionStopsItsTaskAloneAndItsWorktreeWaits() async throws {
    var project = try JobsProject([
      .init(targets: ["a.txt"], writes: ["a.txt": "a\n"]),
      .init(targets: ["b.txt"], writes: ["b.txt": "b\n"]),
    ])
    project.rules.append(
      JobsProject.rule(
        ["phase": "coding", "task": "t1", "last_contains": "That one."],
        [TestProject.write("a.txt", "a\n"), TestProject.finish]
      )
    )
    project.rules.append(
      JobsProject.rule(
        ["phase": "coding", "task": "t1"],
        [TestProject.write("a.txt", "half\n"), TestProject.call("ask_user", ["question": "Which?"])]
      )
    )
    let result = try await project.run(jobs: 2)
    #expect(result.outcome == .needsUser, "\(result.message)")
    #expect(project.text(of: "a.txt") == nil)
    #expect(project.text(of: "b.txt") == "b\n")
    #expect(project.worktrees == ["task-t1"])
    let box = try #require(try AnswerBox(StateFolder(ofProject: project.project.folder.path), mask: SecretMask()))
    #expect(try box.put("That one.", for: QuestionID(number: 1)) == .taken)
    // One job brings to its end what several began.
    let end = try await project.run(jobs: 1)
    #expect(end.outcome == .complete, "\(end.message)")
    #expect(project.text(of: "a.txt") == "a\n")
    #expect(project.worktrees == [])
  }

  @Test func whereTheBudgetEndsWhatIsUnderWayIsBroughtToItsEnd() async throws {
    let project = try JobsProject((1...4).map { .init(targets: ["f\($0).txt"], writes: ["f\($0).txt": "ok\n"]) })
    let result = try await project.run(jobs: 3, settings: RunSettings(limits: RunLimits(steps: 3)))
    #expect(result.outcome == .budget, "\(result.message)")
    let state = try await project.project.state()
    #expect(state.openSteps.isEmpty)
    #expect(state.tasks.map(\.status) == [.inReview, .inReview, .pending, .pending])
    let calls = try await project.run(jobs: 3, settings: RunSettings(limits: RunLimits(steps: 50, calls: 5)))
    #expect(calls.outcome == .budget, "\(calls.message)")
    let end = try await project.run(jobs: 3, settings: RunSettings(limits: RunLimits(steps: 50, calls: 50)))
    #expect(end.outcome == .complete, "\(end.message)")
    #expect((1...4).allSatisfy { project.results(of: $0) == ["coding coded", "qa approved"] })
  }

  @Test func aRecordOfSeveralJobsWithoutTheirOrderIsRefused() async throws {
    let project = try JobsProject([.init(targets: ["a.txt"], writes: ["a.txt": "a\n"])])
    #expect(try await project.run(jobs: 2).outcome == .complete)
    var record = try project.project.record()
    for (index, (event, item)) in record.items.enumerated() {
      guard case .start(var start) = item else { continue }
      start.lanes = nil
      record.items[index] = (event, .start(start))
    }
    let old = record
    let error = await #expect(throws: RunRefusal.self) { _ = try await project.project.replay(old) }
    #expect(error?.description.contains("did not record in which order") == true)
  }
}
