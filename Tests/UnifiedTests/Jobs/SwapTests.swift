import JSON
import Pipeline
import TestSupport
import Testing

/// Runs with several jobs whose models do not fit on their server together.
@Suite struct SwapTests {
  private static let count = 16

  /// Tasks that one model works on with six calls and another one reviews with four, on a server with room for one.
  private func project(_ overrides: [String] = []) throws -> JobsProject {
    var items = JobsProject.mixed(Self.count, delay: 0)
    // No two tasks keep step.
    for index in items.indices { items[index].delay = 6 + index * 7 % 18 }
    var project = try JobsProject(items)
    project.models = ["coder:7b", "critic:7b"].map {
      ["name": $0, "context_length": 32768, "capabilities": ["tools"], "load_ms": 10]
    }
    project.resident = 1
    project.rules = items.indices.flatMap { index in
      [("coding", 5), ("qa", 3)].map { phase, times in
        let when: JSONValue = ["phase": .string(phase), "task": .string("t\(index + 1)")]
        let look = [TestProject.call("read_file", ["path": "MASTER_PLAN.md"])]
        return JobsProject.rule(when, look, items[index].delay, times: times)
      }
    }
    project.overrides = ["models.coding.name=coder:7b", "models.qa.name=critic:7b"] + overrides
    return project
  }

  @Test func workForTheLoadedModelIsDrainedBeforeAnotherIsLoaded() async throws {
    let (inOrder, drained) = (try project(), try project(["servers.default.resident=1"]))
    let (first, loads) = try await inOrder.runCountingLoads(jobs: 4)
    let (second, fewer) = try await drained.runCountingLoads(jobs: 4)
    #expect(first.outcome == .complete, "\(first.message)")
    #expect(second.outcome == .complete, "\(second.message)")
    // How many fewer depends on what else the machine does.
    let most = TestEnvironment.wantsSlowTests ? loads / 2 : loads - 1
    #expect(fewer <= most, "\(fewer) loads instead of \(loads)")
    let (files, same) = try await (inOrder.project.state().run?.tree, drained.project.state().run?.tree)
    #expect(files != nil && files == same)
    #expect((1...Self.count).allSatisfy { drained.text(of: "f\($0).txt") == "ok \($0)\n" })
    // What waits for its model is under way all the same, so that nothing else is held up.
    #expect((3...4).contains(drained.mostAtOnce))
  }

  @Test func aServersSlotsHoldForSteps() async throws {
    var project = try project(["servers.default.slots=1"])
    project.resident = nil
    let result = try await project.run(jobs: 4)
    #expect(result.outcome == .complete, "\(result.message)")
    var (open, most): (Set<Int>, Int) = ([], 0)
    for event in project.events {
      switch event {
      case .modelRequest(let request): open.insert(request.step)
      case .modelResponse(let response): open.remove(response.step)
      default: break
      }
      most = max(most, open.count)
    }
    #expect(most == 1)
    #expect(project.mostAtOnce == 4)
  }

  @Test func whoWaitsForTheServerIsInterruptedWithTheRun() async throws {
    let (signal, checked) = AsyncStream.makeStream(of: Void.self)
    // However long the others take.
    var project = try project(["servers.default.resident=1", "limits.load=10m", "limits.first_token=10m"])
    let hang: JSONValue = ["when": ["phase": "coding", "task": "t1"], "fault": ["kind": "hang"]]
    project.rules.insert(hang, at: 0)
    // The review of another task has done its checks, and waits for its model.
    project.onEvent = { if case .checkFinished(let check) = $0, check.step != nil { checked.finish() } }
    let running = Task { [project] in try await project.run(jobs: 2) }
    for await _ in signal {}
    running.cancel()
    #expect(try await running.value.outcome == .interrupted)
    project.rules.removeFirst()
    let end = try await project.run(jobs: 2)
    #expect(end.outcome == .complete, "\(end.message)")
  }
}
