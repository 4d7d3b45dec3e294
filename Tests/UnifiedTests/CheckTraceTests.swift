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

  private static func told(_ project: TestProject) -> [ProjectPath] {
    project.sink.events.flatMap { stored in
      if case .userChanged(let event) = stored.event { event.paths } else { [ProjectPath]() }
    }
  }

  private static func warnings(_ project: TestProject) -> [String] {
    project.sink.events.compactMap { stored in
      if case .warning(let event) = stored.event { event.message } else { nil }
    }
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
    #expect(Self.told(project).isEmpty)
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
    #expect(Self.told(project).isEmpty)
    #expect(Self.warnings(project) == ["The check 'test.sh' changed 'b.txt' in the project."])
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
    #expect(Self.told(project).isEmpty)
    #expect(try await Self.isCaptured("log.txt", in: project))
  }

  @Test func aFileThatTheFirstCheckChangesIsNotTakenForTheUsersDoing() async throws {
    let project = try Self.project(check: "echo junk >mine.txt\n\(Self.judge)")
    let result = try await project.run()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(Self.told(project).isEmpty)
    #expect(Self.warnings(project) == ["The check 'test.sh' changed 'mine.txt' in the project."])
  }
}
