import ArgumentParsing
import TestSupport
import Testing

@Suite struct RenderingTests {
  @Test(arguments: [
    ("help.txt", [String](), 80),
    ("help-run.txt", ["run"], 80),
    ("help-run-wide.txt", ["run"], 120),
    ("help-run-narrow.txt", ["run"], 20),
    ("help-items.txt", ["items"], 80),
    ("help-items-show.txt", ["items", "show"], 80),
  ])
  func rendersHelp(_ snapshot: String, _ path: [String], _ columns: Int) async {
    let outcome = await Tool.execute(["help"] + path, columns: columns)
    Snapshot(snapshot).expect(outcome.standardOutput)
    #expect(outcome.exitCode == .success)
    #expect(outcome.standardError.isEmpty)
  }

  @Test(arguments: [
    [], ["--help"], ["-h"], ["help"], ["--help", "--bogus"],
  ])
  func everyWayToAskForHelpIsTheSame(_ words: [String]) async {
    #expect(await Tool.execute(words, columns: 80) == Tool.execute(["help"], columns: 80))
  }

  @Test(arguments: [
    ["items", "show", "--help"], ["items", "show", "-h", "a", "b", "c", "--bogus"], ["--help", "items", "show"],
  ])
  func helpWinsOverAnyMistake(_ words: [String]) async {
    #expect(await Tool.execute(words, columns: 80) == Tool.execute(["help", "items", "show"], columns: 80))
  }

  @Test(arguments: CompletionShell.allCases)
  func rendersCompletions(_ shell: CompletionShell) async {
    let script = Tool.completionScript(for: shell)
    Snapshot("completion.\(shell.rawValue)").expect(script)
    let outcome = await Tool.execute(["--generate-completion-script", shell.rawValue], columns: 80)
    #expect(outcome == CommandOutcome(standardOutput: script))
  }

  @Test func refusesAnUnknownShell() async {
    let outcome = await Tool.execute(["--generate-completion-script", "csh"], columns: 80)
    #expect(outcome.exitCode == .usage)
    #expect(outcome.standardError.contains("Please provide 'bash', 'zsh' or 'fish'."))
  }

  @Test func rendersTheReference() {
    Snapshot("reference.md").expect(Tool.commandReference())
  }
}
