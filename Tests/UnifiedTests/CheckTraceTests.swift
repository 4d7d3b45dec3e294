@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@testable import Unified

/// What checks leave in the project, and what becomes of it.
@Suite struct CheckTraceTests {
  private static let judge = "grep -q good out.txt && echo '1 passed, 0 failed'\n"

  private static func project(check: String) throws -> TestProject {
    var files = TestProject.small
    files["test.sh"] = check
    files["mine.txt"] = "the user's\n"
    return try TestProject(files)
  }

  /// Whether the last checkpoint has the file.
  private static func isCaptured(_ path: ProjectPath, in project: TestProject) async throws -> Bool {
    try await project.desk().use { store in
      guard let last = try await store.list().max(by: { $0.id < $1.id }) else { return false }
      return try await store.paths(in: last.id).contains(path)
    }
  }

  @Test func aTargetIsNoByProductThoughACheckMadeIt() async throws {
    let project = try Self.project(check: "test -e out.txt || echo nothing yet >out.txt\n\(Self.judge)")
    // The model reads what is there before it writes.
    let look = TestProject.call("read_file", ["path": "out.txt"])
    let result = try await project.run([
      TestProject.rule(["phase": "coding"], [look, TestProject.write("out.txt", "good\n"), TestProject.finish])
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await project.state().byProducts.isEmpty)
    #expect(project.sink.userChanges.isEmpty)
    #expect(try await Self.isCaptured("out.txt", in: project))
  }

  @Test func aTargetIsNoByProductWhereACheckMakesItLater() async throws {
    // There is no placeholder before the plan is made, and one before the second task is worked on.
    let check = "test ! -e a.txt || test -e b.txt || echo nothing yet >b.txt\ncat a.txt && echo '1 passed, 0 failed'\n"
    let project = try TwoTaskProject.fresh(["test.sh": check])
    let look = TestProject.call("read_file", ["path": "b.txt"])
    let result = try await project.run(
      [
        TestProject.rule(
          ["phase": "coding", "task": "t2"],
          [look, TestProject.write("b.txt", "b\n"), TestProject.finish]
        )
      ] + TwoTaskProject.rules,
      wellBehaved: false
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await project.state().byProducts.isEmpty)
    #expect(project.sink.userChanges.isEmpty)
    #expect(project.sink.warnings == ["The check 'test.sh' changed 'b.txt' in the project."])
  }

  @Test(
    arguments: [
      "chmod 755 mine.txt", "chmod 644 tool.sh", "ln -sf mine.txt way", "rm -f mine.txt; ln -s tool.sh mine.txt",
      "test ! -e out.txt || chmod 755 out.txt", "printf '#!/bin/sh\n' >made.sh; chmod 755 made.sh",
      "head -c 3000000 /dev/zero >large.dat",
    ],
    [1, 2]
  )
  func whatItMakesOfFilesIsPlayed(_ script: String, jobs: Int) async throws {
    let project = try Self.project(check: "\(script)\n\(Self.judge)")
    try project.folder.write("#!/bin/sh\n", to: "tool.sh", mode: 0o755)
    var settings = RunSettings()
    settings.jobs = jobs
    let result = try await project.run(settings: settings)
    #expect(result.outcome == .complete, "\(result.message)")
  }

  /// It is in no listing, so that a replay, in which it may be missing, has the same.
  @Test(arguments: [1, 2])
  func aByProductThatIsThereOrNotChangesNothing(jobs: Int) async throws {
    let project = try Self.project(check: "test ! -e out.txt || echo x >by.txt\n\(Self.judge)")
    var settings = RunSettings()
    settings.jobs = jobs
    #expect(try await project.run(settings: settings).outcome == .complete)
    unsafe unlink(project.folder.appending("by.txt"))
    let desk = TaskDesk(project: project.folder.path, configuration: Configuration())
    _ = try await desk.reopen(.tasks([TaskID(number: 1)]), command: "test")
    try project.folder.write("the user's\n", to: "out.txt")
    #expect(try await project.run(settings: settings).outcome == .complete)
    #expect(project.folder.text(of: "by.txt") == "x\n")
    #expect(try await project.state().byProducts == ["by.txt"])
  }

  @Test func whatATaskWritesIsNoByProductAnyMore() async throws {
    let project = try Self.project(check: "test -e log.txt || echo log >log.txt\n\(Self.judge)")
    let calls = [
      TestProject.call("read_file", ["path": "log.txt"]), TestProject.write("log.txt", "mine\n"),
      TestProject.write("out.txt", "good\n"), TestProject.finish,
    ]
    let result = try await project.run([
      TestProject.rule(["phase": "coding"], calls),
      TestProject.rule(["phase": "qa"], ["log.txt", "out.txt"].map { TestProject.approve($0) }),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(try await project.state().byProducts.isEmpty)
    #expect(project.sink.userChanges.isEmpty)
    #expect(try await Self.isCaptured("log.txt", in: project))
  }

  @Test func aFileThatTheFirstCheckChangesIsNotTakenForTheUsersDoing() async throws {
    let project = try Self.project(check: "echo junk >mine.txt\n\(Self.judge)")
    let result = try await project.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.userChanges.isEmpty)
    #expect(project.sink.warnings == ["The check 'test.sh' changed 'mine.txt' in the project."])
  }

  @Test func aTargetThatACheckRemovesIsNotApproved() async throws {
    let project = try Self.project(check: "rm -f out.txt\necho '1 passed, 0 failed'\n")
    let result = try await project.run(overrides: ["limits.task_attempts=2"])
    #expect(result.outcome == .partial, "\(result.message)")
    #expect(result.message.contains("'out.txt', which does not exist"), "\(result.message)")
  }

  @Test func aFileThatIsNotThereIsNotApproved() async throws {
    let project = try Self.project(check: "rm -f more.txt\n\(Self.judge)")
    let calls = [TestProject.write("more.txt", "more\n"), TestProject.write("out.txt", "good\n"), TestProject.finish]
    let result = try await project.run(
      [
        TestProject.rule(["phase": "coding"], calls),
        TestProject.rule(["phase": "qa"], ["out.txt", "more.txt"].map { TestProject.approve($0) }),
      ],
      overrides: ["limits.task_attempts=2"]
    )
    #expect(result.outcome == .partial, "\(result.message)")
    let refusals = project.sink.events.compactMap { stored in
      if case .toolResult(let event) = stored.event, event.tool == "approve", !event.ok { event.text } else { nil }
    }
    #expect(refusals.contains { $0.contains("There is no file 'more.txt'") }, "\(refusals)")
  }

  @Test func aFileThatTheTaskDeletedIsApproved() async throws {
    var files = TestProject.small
    files["old.txt"] = "old\n"
    let project = try TestProject(files)
    let calls = [
      TestProject.call("read_file", ["path": "old.txt"]), TestProject.call("delete_file", ["path": "old.txt"]),
      TestProject.write("out.txt", "good\n"), TestProject.finish,
    ]
    let result = try await project.run([
      TestProject.rule(["phase": "coding"], calls),
      TestProject.rule(["phase": "qa"], ["out.txt", "old.txt"].map { TestProject.approve($0) }),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
  }

  @Test func aCheckThatChangesWhatWasApprovedProvesNothing() async throws {
    let project = try Self.project(check: "test ! -e out.txt || echo more >>out.txt\n\(Self.judge)")
    let look = TestProject.call("read_file", ["path": "out.txt"])
    let result = try await project.run([
      TestProject.rule(["phase": "debugging"], [look, TestProject.write("out.txt", "good\n"), TestProject.finish])
    ])
    #expect(result.outcome == .noProgress, "\(result.message)")
    let sentBack = project.sink.events.compactMap { stored in
      if case .taskChanged(let event) = stored.event { event.reason } else { nil }
    }
    #expect(sentBack.contains { $0.contains("changed 'out.txt' after it was approved") }, "\(sentBack)")
  }

  @Test func whatTheLastChecksChangeOnceIsReviewedAgain() async throws {
    // It formats the file when the documentation is there, and is content ever after.
    let format = "test ! -e notes.md || grep -q formatted out.txt || echo formatted >>out.txt\n"
    let project = try Self.project(check: format + Self.judge)
    let notes = TestProject.write("notes.md", "Notes.\n")
    let result = try await project.run([
      TestProject.rule(["phase": "documentation"], [notes, TestProject.finish], times: 1),
      TestProject.rule(["phase": "debugging"], [TestProject.finish]),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == "good\nformatted\n")
    let phases = project.sink.events.compactMap { stored in
      if case .phaseStarted(let event) = stored.event { event.phase } else { nil }
    }
    #expect(phases.contains(.debugging))
  }
}
