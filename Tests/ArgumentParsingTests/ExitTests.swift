import ArgumentParsing
import Testing

@Suite struct ExitTests {
  @Test func aThrownExitCodeIsSilent() async {
    #expect(await tool("fail", "code").outcome == CommandOutcome(exitCode: ExitCode(9)))
  }

  @Test func anErrorOfTheCommandEndsWithOne() async {
    #expect(
      await tool("fail", "plain").outcome
        == CommandOutcome(standardError: "Error: The file 'x' is gone.\n", exitCode: .failure)
    )
  }

  @Test func anErrorMaySayItsOwnExitCode() async {
    #expect(
      await tool("fail", "coded").outcome
        == CommandOutcome(standardError: "Error: There is no sandbox.\n", exitCode: ExitCode(7))
    )
  }

  @Test func aValidationErrorWhileRunningShowsTheUsage() async {
    let outcome = await tool("fail", "validation").outcome
    #expect(outcome.exitCode == .usage)
    #expect(
      outcome.standardError == """
        Error: That cannot be.
        Usage: tool fail <way>
          See 'tool fail --help' for more information.

        """
    )
  }

  @Test func aMessageIsASuccess() async {
    #expect(await tool("secret").outcome == CommandOutcome(standardOutput: "You found it.\n"))
  }

  @Test func aCommandCanShowTheHelpOfAnother() async {
    let help = await tool("help", "items", "show").outcome
    #expect(await tool("fail", "help").outcome == help)
    #expect(help.standardOutput.contains("USAGE: tool items show"))
  }

  @Test(arguments: [["--version"], ["run", "--version"], ["run", "--bogus", "--version"]])
  func showsTheVersion(_ words: [String]) async {
    #expect(await Tool.execute(words, columns: 80) == CommandOutcome(standardOutput: "tool 1.2.3\n"))
  }
}
