import ArgumentParsing
import Testing

@Suite struct ParsingTests {
  private func run(_ words: String...) async throws -> Run {
    let recorder = Recorder()
    let outcome = await Recorder.$current.withValue(recorder) {
      await Tool.execute(["run"] + words, columns: 80)
    }
    #expect(outcome == CommandOutcome())
    return try #require(recorder.recorded as? Run)
  }

  @Test func usesDefaultsWhenNothingIsGiven() async throws {
    let run = try await run()
    #expect(run.files.isEmpty)
    #expect(run.mode == .traditional)
    #expect(run.overrides.isEmpty)
    #expect(run.limits.maxSteps == nil)
    #expect(run.limits.budgetCalls == 2000)
    #expect(run.docs)
    #expect(!run.verbose)
    #expect(run.shared.project == ".")
  }

  @Test func takesOptionsInAnyOrderAroundPositionals() async throws {
    let run = try await run("a", "--mode", "orchestrated", "b", "--json", "c", "--max-steps=4")
    #expect(run.files == ["a", "b", "c"])
    #expect(run.mode == .orchestrated)
    #expect(run.shared.json)
    #expect(run.limits.maxSteps == 4)
  }

  @Test(arguments: [["-r", "0.25"], ["-r0.25"], ["-r=0.25"], ["--ratio", "0.25"], ["--ratio=0.25"], ["-vr", "0.25"]])
  func readsEveryFormOfAnOption(_ words: [String]) async throws {
    let recorder = Recorder()
    _ = await Recorder.$current.withValue(recorder) { await Tool.execute(["run"] + words, columns: 80) }
    #expect((recorder.recorded as? Run)?.ratio == 0.25)
  }

  @Test func collectsARepeatedOption() async throws {
    let run = try await run("-c", "limits.task_attempts=3", "--config", "a=b=c", "-csandbox=off", "-c", "x=")
    #expect(run.overrides == ["limits.task_attempts=3", "a=b=c", "sandbox=off", "x="])
  }

  @Test func aNegativeNumberIsAValue() async throws {
    let run = try await run("--ratio", "-1.5", "-2")
    #expect(run.ratio == -1.5)
    #expect(run.files == ["-2"])
  }

  @Test func aTerminatorEndsOptions() async throws {
    let run = try await run("-v", "--", "--json", "-x", "--help")
    #expect(run.verbose)
    #expect(run.files == ["--json", "-x", "--help"])
  }

  @Test func textAfterADashIsAnArgument() async throws {
    #expect(try await run("- one item", "-3 apples").files == ["- one item", "-3 apples"])
  }

  @Test func aSingleDashIsAnArgument() async throws {
    #expect(try await run("-").files == ["-"])
  }

  @Test func anEmptyWordIsAValue() async throws {
    #expect(try await run("", "--config=").files == [""])
  }

  @Test func aFlagThatIsOnIsTurnedOffByNo() async throws {
    #expect(try await run("--no-docs").docs == false)
  }

  @Test func aHiddenOptionIsParsed() async throws {
    #expect(try await run("--internal-seed", "3").internalSeed == 3)
  }

  @Test func fillsOptionalPositionals() async throws {
    let show = try #require(await tool("items", "show", "t3", "fish").command as? Items.Show)
    #expect(show.id == "t3")
    #expect(show.shell == .fish)
  }

  @Test func runsTheDefaultSubcommandWithItsOptions() async throws {
    let list = try #require(
      await tool("items", "--all", "--limit", "5", "--wait", "1h30m").command as? Items.List
    )
    #expect(list.all)
    #expect(list.wait == .seconds(5400))
    #expect(list.limit == 5)
  }

  @Test func takesOptionsBeforeASubcommand() async throws {
    let show = try #require(await tool("items", "--json", "--project=x", "show", "t3").command as? Items.Show)
    #expect(show.shared.json)
    #expect(show.shared.project == "x")
    #expect(show.id == "t3")
  }
}
