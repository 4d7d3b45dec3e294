import JSON
import OllamaSimulator
import TestSupport
import Testing

@testable import autonomy

/// What limits a workflow.
@Suite struct WorkflowBudgetTests {
  @Test func theBudgetIsOfAllStarts() async throws {
    let flow = WorkflowPlace.flow.replacing("{ tasks:", with: "{ slots: 1, tasks:")
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: flow)
    let run = await place.run("run", "flow.json5", "--budget-calls", "2", "--json")
    #expect(run.exitCode == 4)
    #expect(try run.result["message"]?.string?.contains("budget of 2 model calls") == true)
    // What had begun and could not ask is not at work any more.
    let status = await place.run("status").output
    #expect(status.contains("was cancelled: A budget is spent.\n"), "\(status)")
    #expect(!status.contains("begins with"), "\(status)")
    #expect(await place.run("run", "flow.json5", "--budget-calls", "2").exitCode == 4)
    #expect(place.asked.count == 2)
    #expect(await place.run("run", "flow.json5", "--budget-calls", "5").exitCode == 0)
  }

  private static let hanging = #"[{ "when": {}, "fault": { "kind": "hang" } }]"#

  @Test(arguments: ["--budget-calls", "--budget-tokens"])
  func attemptsThatTakeTooLongCountToTheBudgetOfAllStarts(_ option: String) async throws {
    let place = try await WorkflowPlace(Self.hanging, flow: WorkflowPlace.slow.replacing("200ms", with: "2s"))
    let limit = option == "--budget-calls" ? "2" : "2000"
    let run = await place.run("run", "flow.json5", option, limit, "--json")
    #expect(run.exitCode == 4, "\(run.output)")
    let asked = place.asked.count
    let calls = try #require(try run.result["spent"]?["calls"]?.integer)
    #expect(calls >= 2 && calls <= 3)
    // What took so long to reach the server that it was given up before is a call all the same.
    #expect(asked <= calls)
    #expect(try run.result["spent"]?["prompt_tokens"]?.integer ?? 0 > 0)
    #expect(await place.run("run", "flow.json5", option, limit).exitCode == 4)
    #expect(place.asked.count == asked)
  }

  @Test func anAnswerThatWasCutIsAskedForAgain() async throws {
    let rules = """
      [{ "when": { "task": "s1" }, "times": 1, "reply": { "content": "Too lo", "done_reason": "length" } },
       { "when": { "task": "s1" }, "reply": { "content": "Short." } }]
      """
    let place = try await WorkflowPlace(rules, flow: WorkflowPlace.slow.replacing("200ms", with: "2m"))
    let run = await place.run("run", "flow.json5")
    #expect(run.exitCode == 0 && place.asked == ["s1", "s1"], "\(run.output)")
  }

  @Test func aTaskThatTookTooLongSaysSo() async throws {
    let place = try await WorkflowPlace(
      Self.hanging,
      flow: WorkflowPlace.slow.replacing("retries: 3", with: "retries: 0")
    )
    let run = await place.run("run", "flow.json5", "--json")
    #expect(run.exitCode == 9)
    #expect(try run.result["tasks"]?.array?[0]["message"] == "It was not done after 200ms.")
    #expect(await place.run("run", "flow.json5").output.contains("1 timed out"))
  }

  /// The models of the place at a price, of which one may be 'unknown'.
  private static func priced(_ price: String) -> [String] {
    let models = ["coder:7b", "thinker:7b"].map {
      "{name: '\($0)', tiers: ['base'], window: 4096, price: \(price), as_of: '2026-11-01', source: 'test'}"
    }
    return ["-c", "router.models=[\(models.joined(separator: ", "))]", "-c", "limits.num_predict=256"]
  }

  @Test(arguments: [("--budget-tokens", "1000"), ("--budget-usd", "0.001")])
  func anAnswerThatTheBudgetCutEndsTheWorkflow(_ option: String, _ limit: String) async throws {
    let words = String(repeating: "many words ", count: 1000)
    let rules = "[{ \"when\": {}, \"reply\": { \"content\": \"\(words)\" } }]"
    // A second try would come to the same, by what is left.
    let flow = WorkflowPlace.slow.replacing("200ms", with: "2m").replacing("retries: 3", with: "retries: 0")
    let place = try await WorkflowPlace(rules, flow: flow)
    let settings =
      Self.priced("{input: 1000000, output: 1000000}").dropLast() + ["limits.num_predict=2048", option, limit]
    let run = await Invocation(words: ["workflow", "run", "flow.json5"] + settings, in: place.folder.path)
    #expect(run.exitCode == 4, "\(run.output)")
    #expect(run.output.contains("higher '\(option)'") && !run.output.contains("num_predict"), "\(run.output)")
    #expect(place.asked.count == 1)
  }

  @Test func moneyIsCappedAndTold() async throws {
    let place = try await WorkflowPlace(
      WorkflowPlace.rules,
      flow: WorkflowPlace.flow.replacing("{ tasks:", with: "{ slots: 1, tasks:")
    )
    let price = Self.priced("{input: 1000000, output: 1000000}")
    func run(_ words: String...) async -> Invocation {
      await Invocation(words: ["workflow", "run", "flow.json5"] + price + words, in: place.folder.path)
    }
    let capped = await run("--budget-usd", "0.001", "--json")
    #expect(capped.exitCode == 4)
    #expect(try capped.result["message"]?.string?.contains("and a higher '--budget-usd'") == true)
    let spent = try capped.result["spent"]?["microdollars"]?.integer ?? 0
    #expect(spent > 0 && spent <= 1000)
    // The cap is one of all starts.
    #expect(await run("--budget-usd", "0.001").exitCode == 4)
    let whole = await run("--budget-usd", "1")
    #expect(whole.exitCode == 0 && whole.output.contains("\n  Cost    $0.00"), "\(whole.output)")
    let status = await place.run("status", "--json")
    #expect(try status.result["spent"]?["microdollars"]?.integer ?? 0 > spent)
    #expect(await place.run("status").output.contains("Cost"))
  }

  @Test(arguments: [["--budget-usd", "5"], ["-c", "limits.project_usd=5"]])
  func aCapRefusesAModelWhosePriceIsNotKnown(_ words: [String]) async throws {
    let place = try await WorkflowPlace(WorkflowPlace.rules, flow: WorkflowPlace.flow)
    let words = ["workflow", "run", "flow.json5"] + Self.priced("'unknown'") + words
    let run = await Invocation(words: words, in: place.folder.path)
    #expect(run.exitCode == 2 && run.errors.contains("is not known, so the cap of $5.00"), "\(run.errors)")
    #expect(place.asked.isEmpty)
  }
}
