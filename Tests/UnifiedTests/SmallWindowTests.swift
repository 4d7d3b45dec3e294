import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// Prompts that would not fit into a small window: what they quote is shortened, and nothing fails for it.
@Suite struct SmallWindowTests {
  private static let window = ["limits.num_ctx=8192", "limits.step_model_calls=9"]

  /// So much prose, in short passages.
  private static func prose(bytes: Int) -> String {
    (0...(bytes / 120)).map { number in
      "Remark \(number): whatever is written here was said in meeting \(number * 7), and has its own number \(number).\n"
    }
    .joined(separator: "\n")
  }

  private static func lines(_ name: String, bytes: Int) -> String {
    (1...(bytes / 40)).map { "\(name) has a line with the number \($0)\n" }.joined()
  }

  private func run(_ project: TestProject, _ rules: [JSONValue], orchestrated: Bool) async throws -> ResultEvent {
    guard orchestrated else { return try await project.run(rules, overrides: Self.window) }
    return try await project.runOrchestrated(TestProject.obedient + rules, overrides: Self.window)
  }

  @Test(arguments: ["MASTER_PLAN.md", "AGENTS.md"], [false, true])
  func whatTheSystemPromptQuotesIsShortened(file: String, orchestrated: Bool) async throws {
    var files = TestProject.small
    files[file] = (files[file] ?? "# Rules\n\nWrite good words.\n") + "\n" + Self.prose(bytes: 60_000)
    let project = try TestProject(files)
    let result = try await run(project, [], orchestrated: orchestrated)
    #expect(result.outcome == .complete, "\(result.message)")
    let warnings = project.sink.events.compactMap {
      if case .warning(let warning) = $0.event { warning.message } else { nil }
    }
    #expect(warnings.count { $0.hasPrefix("MASTER_PLAN.md and AGENTS.md do not fit into the window of") } == 1)
  }

  @Test(arguments: [false, true])
  func readsInOneAnswerShareTheRoom(orchestrated: Bool) async throws {
    var files = TestProject.small
    for name in ["a.txt", "b.txt"] { files[name] = Self.lines(name, bytes: 60_000) }
    let project = try TestProject(files)
    let reads = ["a.txt", "b.txt"].map { TestProject.call("read_file", ["path": .string($0)]) }
    let rules = [TestProject.rule(["phase": "coding", "last_role": "user"], reads)]
    let result = try await run(project, rules, orchestrated: orchestrated)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.results(of: .coding) == ["coded"])
  }

  @Test(arguments: [false, true])
  func targetFilesThatDoNotFitAreNamed(orchestrated: Bool) async throws {
    var files = TestProject.small
    let targets = ["a.txt", "b.txt", "out.txt"]
    files["test.sh"] = "test \"$(head -qn1 *.txt | sort -u)\" = good && echo '1 passed, 0 failed'\n"
    for name in targets { files[name] = Self.lines(name, bytes: 12_000) }
    let project = try TestProject(files)
    let task: JSONValue = ["description": "Write them.", "target_files": .array(targets.map { .string($0) })]
    let rules =
      [
        TestProject.rule(["phase": "planning"], [TestProject.call("plan_tasks", ["tasks": [task]])]),
        TestProject.rule(
          ["phase": "coding", "last_role": "user"],
          targets.map { TestProject.call("read_file", ["path": .string($0)]) }
        ),
        TestProject.rule(
          ["phase": "coding"],
          targets.map { name in
            let line: JSONValue = .string("\(name) has a line with the number 1\n")
            return TestProject.call("edit_file", ["path": .string(name), "old_text": line, "new_text": "good\n"])
          } + [TestProject.finish]
        ),
      ]
      + targets.flatMap { name in
        [TestProject.call("read_file", ["path": .string(name)]), TestProject.approve(name)].map {
          TestProject.rule(["phase": "qa"], [$0], times: 1)
        }
      }
    let result = try await run(project, rules, orchestrated: orchestrated)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.results(of: .coding) == ["coded"])
  }
}

extension TestProject {
  /// How the steps of a phase ended, in order.
  fileprivate func results(of phase: PhaseName) -> [String] {
    sink.events.compactMap {
      if case .phaseFinished(let end) = $0.event, end.phase == phase { end.result } else { nil }
    }
  }
}
