import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// Conversations that do not fit into the window, or lead nowhere, seen from a whole run.
@Suite struct LongConversationTests {
  private static let coding: JSONValue = ["phase": "coding"]

  private static func long(_ lines: Int) -> String {
    (1...lines).map { "line \($0) of a file that is right and rather long, with some words in it\n" }.joined()
  }

  @Test func aLargeFileThatIsRightIsNoReasonToFail() async throws {
    let text = Self.long(400)
    #expect(text.utf8.count > 27_000)
    let project = try TestProject([
      "MASTER_PLAN.md": "# Plan\n\nWrite 400 lines into out.txt.\n",
      "test.sh": "test \"$(wc -l < out.txt)\" = 400 && echo '1 passed, 0 failed'\n",
    ])
    let result = try await project.run([
      TestProject.rule(["phase": "coding", "last_role": "user"], [TestProject.write("out.txt", text)]),
      TestProject.rule(["phase": "coding", "last_role": "tool"], [TestProject.finish]),
      TestProject.rule(["phase": "qa", "last_role": "user"], [TestProject.call("read_file", ["path": "out.txt"])]),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == text)
  }

  /// The simulated server reads the phase from the fixed line of the last message of the user.
  @Test func aShortenedPromptKeepsItsFixedLine() async throws {
    let project = try TestProject(TestProject.small.merging(["a.txt": Self.long(40)]) { $1 })
    let read = TestProject.rule(Self.coding, [TestProject.call("read_file", ["path": "a.txt"])], times: 4)
    let result = try await project.run(
      [read],
      overrides: ["limits.num_ctx=4096", "limits.num_predict=2048", "limits.step_model_calls=8"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    let isShortened = project.sink.events.contains {
      guard case .modelRequest(let request) = $0.event else { return false }
      return (request.shortenedResults ?? 0) + (request.removedMessages ?? 0) > 0
    }
    #expect(isShortened)
  }

  @Test func aCallThatIsMadeAgainIsInTheJournalWithItsStep() async throws {
    let project = try TestProject()
    let result = try await project.run(
      [TestProject.fault(Self.coding, ["kind": "http_status", "status": 500], times: 2)],
      overrides: ["limits.server_patience=1m"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    let retries = project.sink.events.compactMap { stored -> MessageEvent? in
      if case .warning(let event) = stored.event, event.isRetry == true { event } else { nil }
    }
    try #require(retries.count == 2)
    #expect(retries.allSatisfy { $0.step == 2 && $0.task == TaskID(number: 1) })
    #expect(retries[0].message.contains("HTTP 500") && retries[0].message.hasSuffix("The call is tried again."))
    // Below the beginning of its step.
    let events = project.sink.events.map(\.event)
    let started = try #require(events.indices.filter { events[$0].kind == .phaseStarted }.dropFirst().first)
    #expect(try #require(events.firstIndex(of: .warning(retries[0]))) > started)
  }

  @Test func theSameRefusedCallAgainAndAgainEndsTheStep() async throws {
    let project = try TestProject()
    let escape = TestProject.rule(Self.coding, [TestProject.write("../escaped.txt", "x\n")])
    let result = try await project.run([escape], overrides: ["limits.step_model_calls=40"])
    #expect(result.outcome != .complete)
    let calls = project.sink.events.compactMap { stored -> Int? in
      if case .modelRequest(let request) = stored.event { request.step } else { nil }
    }
    #expect(calls.count { $0 == 2 } == 3)
  }

  @Test func aReopenedTaskMayOnceBeTooLongAgain() async throws {
    let project = try TestProject()
    let cut: JSONValue = ["kind": "truncate_prompt", "tokens": 50]
    let first = try await project.run([TestProject.fault(Self.coding, cut)])
    #expect(first.outcome == .partial)
    let desk = TaskDesk(
      project: project.folder.path,
      configuration: try project.configuration(url: "http://127.0.0.1:9")
    )
    #expect(try await desk.reopen(.failed, command: "test").reopened.count == 1)
    let second = try await project.run([TestProject.fault(Self.coding, cut, times: 1)])
    #expect(second.outcome == .complete, "\(second.message)")
  }
}
