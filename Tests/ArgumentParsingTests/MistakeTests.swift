import ArgumentParsing
import Testing

@Suite struct MistakeTests {
  @Test(arguments: [
    (["run", "--modle", "x"], "Unknown option '--modle'. Did you mean '--mode'?"),
    (["run", "-json"], "Unknown option '-json'. Did you mean '--json'?"),
    (["run", "-x"], "Unknown option '-x'."),
    (["run", "-vx"], "Unknown option '-x'."),
    (["run", "--wholly-different"], "Unknown option '--wholly-different'."),
    (["run", "--internal-sed"], "Unknown option '--internal-sed'."),
    (["run", "--mode"], "Missing value for '--mode <mode>'."),
    (["run", "--mode", "--json"], "Missing value for '--mode <mode>'."),
    (["run", "-c"], "Missing value for '--config <key=value>'."),
    (
      ["run", "--mode", "traditional", "--mode", "orchestrated"], "The option '--mode <mode>' was given more than once."
    ),
    (
      ["run", "--mode", "orchestratd"],
      "The value 'orchestratd' is invalid for '--mode <mode>'. Did you mean 'orchestrated'? "
        + "Please provide 'traditional' or 'orchestrated'."
    ),
    (
      ["run", "--mode="], "The value '' is invalid for '--mode <mode>'. Please provide 'traditional' or 'orchestrated'."
    ),
    (
      ["run", "--max-steps", "many"],
      "The value 'many' is invalid for '--max-steps <max-steps>'. Please provide a whole number."
    ),
    (
      ["items", "--wait", "90"],
      "The value '90' is invalid for '--wait <wait>'. Please provide a duration such as '90s', '10m' or '1h30m'."
    ),
    (["run", "--json=yes"], "The flag '--json' takes no value, but was given 'yes'."),
    (["run", "--budget-calls", "0"], "--budget-calls must be positive."),
    (["run", "--project", ""], "--project must not be empty."),
    (["items", "show"], "Missing expected argument '<id>'."),
    (["items", "show", "a", "zsh", "b"], "Unexpected argument 'b'."),
    (["items", "show", "a", "zsh", "b", "c"], "2 unexpected arguments: 'b', 'c'."),
    (["items", "shwo"], "Unknown command 'shwo'. Did you mean 'show'?"),
    (["rnu"], "Unknown command 'rnu'. Did you mean 'run'?"),
    (["secrat"], "Unknown command 'secrat'."),
    (["help", "itms"], "Unknown command 'itms'. Did you mean 'items'?"),
    (["--vresion"], "Unknown option '--vresion'. Did you mean '--version'?"),
    (["run", "--hepl"], "Unknown option '--hepl'. Did you mean '--help'?"),
  ])
  func says(_ words: [String], _ message: String) async {
    let outcome = await Tool.execute(words, columns: 80)
    #expect(outcome.standardError.split(separator: "\n").first ?? "" == "Error: \(message)")
    #expect(outcome.standardOutput.isEmpty)
    #expect(outcome.exitCode == .usage)
  }

  @Test func showsTheUsageAndWhereToReadMore() async {
    #expect(
      await tool("items", "show").outcome.standardError == """
        Error: Missing expected argument '<id>'.
        Usage: tool items show [--json] [--project <project>] <id> [<shell>]
          See 'tool items show --help' for more information.

        """
    )
  }

  @Test func aMistakeRunsNothing() async {
    #expect(await tool("items", "--limit", "x").command == nil)
  }
}
