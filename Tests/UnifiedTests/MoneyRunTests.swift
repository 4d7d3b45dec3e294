import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// Runs whose models cost money; all of them are played from their records as well.
@Suite struct MoneyRunTests {
  /// The price of the model that every phase has, in dollars for a million tokens.
  private static func priced(_ input: Int = 1000, _ output: Int = 2000) -> String {
    "router.models=[{name: 'qwen2.5-coder:32b', server: 'default', tiers: ['base'], window: 32768, capabilities: ['tools'], "
      + "price: {input: \(input)000000, output: \(output)000000}, as_of: '2026-11-01', source: 'test'}]"
  }

  @Test func theCostIsThatOfTheTokensByThePrice() async throws {
    let project = try TestProject()
    let result = try await project.run(overrides: [Self.priced()])
    let cost = try #require(result.cost)
    // Rates of 1,000 and 2,000 dollars for a million are whole micro-dollars a token.
    #expect(cost.microdollars == result.promptTokens * 1000 + result.outputTokens * 2000)
    #expect(cost.accepted == 1 && cost.perTask == cost.microdollars && cost.unpricedCalls == nil)
    #expect(cost.allStrong == nil && cost.allBase == nil)
    let told = project.sink.events.compactMap { stored in
      if case .modelResponse(let response) = stored.event { response.microdollars } else { nil }
    }
    #expect(told.reduce(0, +) == cost.microdollars)
    // A verdict that is repeated says it again.
    let again = try await project.run(overrides: [Self.priced()])
    #expect(again.message.contains("Nothing has changed since.") && again.cost == cost)
    let state = try await project.state()
    #expect(state.money.total == cost.microdollars && state.run?.spent.microdollars == cost.microdollars)
    #expect(state.money.days.values.first?["qwen2.5-coder:32b@default"]?.calls == result.calls)
  }

  @Test func aPriceWithoutAServerHoldsOnEveryServer() async throws {
    let anywhere = Self.priced().replacing("server: 'default', ", with: "")
    let result = try await TestProject().run(overrides: [anywhere])
    #expect(result.cost?.microdollars == result.promptTokens * 1000 + result.outputTokens * 2000)
    var settings = RunSettings()
    settings.limits.microdollars = 1000
    let stopped = try await TestProject().run(overrides: [anywhere], settings: settings)
    #expect(stopped.outcome == .budget)
    let unknown = anywhere.replacing("{input: 1000000000, output: 2000000000}", with: "'unknown'")
    await #expect(throws: RunRefusal.self) {
      _ = try await TestProject().run(overrides: [unknown, "router.use=true"], settings: settings)
    }
    // What the user calls free is free, on any server.
    let free = anywhere.replacing("{input: 1000000000, output: 2000000000}", with: "'free'")
    #expect(try await TestProject().run(overrides: [free], settings: settings).outcome == .complete)
  }

  @Test func jobsAtOnceTakeNoMoreMoneyThanOneAfterTheOther() async throws {
    let targets = (1...6).map { "f\($0).txt" }
    var files = TestProject.small
    files["test.sh"] = "echo '1 passed, 0 failed'\n"
    let rules =
      [TestProject.rule(["phase": "planning"], [TestProject.plan(targets)])]
      + targets.enumerated().flatMap { index, path in
        [
          TestProject.rule(
            ["phase": "coding", "task": .string("t\(index + 1)")],
            [TestProject.write(path, "good\n"), TestProject.finish]
          ), TestProject.rule(["phase": "qa", "task": .string("t\(index + 1)")], [TestProject.approve(path)]),
        ]
      }
    let limits = ["limits.num_predict=1000"]
    let whole = try await TestProject(files).run(rules, overrides: [Self.priced()] + limits)
    let cost = try #require(whole.cost).microdollars
    // Enough for what is spent, and for the worst case of the last call, but not for that of four at once.
    var settings = RunSettings()
    settings.limits.microdollars = cost + 2_500_000
    for jobs in [1, 4] {
      settings.jobs = jobs
      let project = try TestProject(files)
      let result = try await project.run(rules, overrides: [Self.priced()] + limits, settings: settings)
      #expect(result.outcome == .complete, "\(jobs) jobs: \(result.message)")
    }
  }

  @Test func answersThatBrokeOffAreChargedAsTheyWereReserved() async throws {
    let limits = ["limits.num_predict=1000"]
    let whole = try await TestProject().run(overrides: [Self.priced()] + limits)
    let project = try TestProject()
    let broken: JSONValue = [
      "when": ["phase": "coding"], "times": 1, "reply": ["content": "one two three four five six"],
      "fault": ["kind": "close_mid_stream", "after_chunks": 2],
    ]
    let result = try await project.run([broken], overrides: [Self.priced()] + limits)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.calls == whole.calls + 1)
    let cost = try #require(result.cost).microdollars - (try #require(whole.cost).microdollars)
    #expect(result.promptTokens > whole.promptTokens && result.outputTokens > whole.outputTokens)
    #expect(cost == (result.promptTokens - whole.promptTokens) * 1000 + 1000 * 2000)
  }

  @Test func theRouterLetsAnAnswerBeCutToTheMoneyThatIsLeft() async throws {
    let whole = try #require(try await TestProject().run(overrides: [Self.priced()]).cost).microdollars
    var settings = RunSettings()
    // Less than the worst case of any call.
    settings.limits.microdollars = whole + 2_000_000
    for overrides in [[], ["router.use=true"]] {
      let result = try await TestProject().run(overrides: [Self.priced()] + overrides, settings: settings)
      #expect(result.outcome == .complete, "\(result.message)")
    }
  }

  @Test func aRunOfFreeModelsSaysNothingOfMoney() async throws {
    let project = try TestProject()
    #expect(try await project.run().cost == nil)
    #expect(try await project.state().money.total == 0)
  }

  @Test func thresholdsAreToldOnceEach() async throws {
    let whole = try #require(try await TestProject().run(overrides: [Self.priced()]).cost).microdollars
    var settings = RunSettings()
    // Enough for the worst case of every call, of which the half and more is spent.
    settings.limits.microdollars = whole * 8 / 5
    let project = try TestProject()
    let result = try await project.run(overrides: [Self.priced(), "limits.num_predict=256"], settings: settings)
    #expect(result.outcome == .complete)
    let percent = try #require(result.cost).microdollars * 100 / (whole * 8 / 5)
    #expect(project.sink.budgets.compactMap(\.percent) == [50, 70, 90].filter { $0 <= percent })
    #expect(percent >= 50)
  }

  @Test func atTheLimitTheRunStopsAndGoesOnWithAHigherOne() async throws {
    let project = try TestProject()
    var settings = RunSettings()
    settings.limits.microdollars = 3_000_000
    let stopped = try await project.run(overrides: [Self.priced(), "limits.num_predict=256"], settings: settings)
    #expect(stopped.outcome == .budget && stopped.exitCode == 4)
    let spent = try #require(stopped.cost).microdollars
    #expect(spent < 3_000_000)
    #expect(
      stopped.message.contains(
        "\(Dollars(microdollars: spent)) of the run's budget of $3.00 is spent, and the next call may cost more than is "
          + "left. Continue with 'autonomy run' and a higher '--budget-usd'"
      )
    )
    settings.limits.microdollars = 900_000_000
    let result = try await project.run(overrides: [Self.priced()], settings: settings)
    #expect(result.outcome == .complete)
    #expect(try #require(result.cost).microdollars > spent)
    #expect(result.cost?.accepted == 1)
  }

  @Test func whatEarlierRunsSpentCountsToTheDayAndTheProject() async throws {
    let project = try TestProject()
    let first = try await project.run(overrides: [Self.priced()])
    let spent = Dollars(microdollars: try #require(first.cost).microdollars)
    for (key, words) in [("day_usd", "The day's budget"), ("project_usd", "The project's budget")] {
      var fresh = RunSettings()
      fresh.startsFresh = true
      let amount = String(spent.description.dropFirst())
      let result = try await project.run(overrides: [Self.priced(), "limits.\(key)=\(amount)"], settings: fresh)
      #expect(result.outcome == .budget && result.calls == 0)
      #expect(result.message.hasPrefix(words) && result.message.contains("'limits.\(key)'"))
    }
  }

  @Test func anUnknownPriceUnderACapIsRefusedAtTheStart() async throws {
    let unknown = Self.priced().replacing("{input: 1000000000, output: 2000000000}", with: "'unknown'")
    let project = try TestProject()
    let refusal = await #expect(throws: RunRefusal.self) {
      _ = try await project.run(overrides: [unknown, "limits.run_usd=5"])
    }
    #expect(refusal?.outcome == .configuration)
    #expect(refusal?.description.contains("The price of 'qwen2.5-coder:32b' on 'default' is not known") == true)
    #expect(refusal?.description.contains("$5.00 ('--budget-usd')") == true)
    // Without a cap it runs, and what it cost is unknown, not nothing.
    let result = try await project.run(overrides: [unknown, "router.use=true"])
    #expect(result.outcome == .complete)
    #expect(result.cost?.unpricedCalls == result.calls && result.cost?.perTask == nil)
  }

  @Test func theSavingIsToldAgainstOtherTiersByTheSameTokens() async throws {
    let more = [("small:7b", "weak", 1), ("large:70b", "strong", 50)].map { name, tier, price in
      "{name: '\(name)', server: 'default', tiers: ['\(tier)'], window: 32768, capabilities: ['tools'], as_of: "
        + "'2026-11-01', source: 'test', price: {input: \(price)000000000, output: \(price)000000000}}"
    }
    let all = Self.priced(10_000, 10_000).dropLast() + ", \(more.joined(separator: ", "))]"
    let models: [JSONValue] = ["small:7b", "large:70b"].map {
      ["name": .string($0), "context_length": 32768, "capabilities": ["tools"]]
    }
    let project = try TestProject()
    let result = try await project.run(overrides: [String(all), "router.use=true"], models: models)
    let cost = try #require(result.cost)
    let tokens = result.promptTokens + result.outputTokens
    #expect(cost.allStrong == tokens * 50_000 && cost.allBase == tokens * 10_000)
    #expect(cost.microdollars < tokens * 10_000 && cost.microdollars > tokens * 1000)
    // What is cheaper is named, the cheapest first.
    let review = try #require(project.sink.routes.first { $0.kind == "code_review" })
    #expect(review.cheaper == ["small:7b@default"])
  }
}
