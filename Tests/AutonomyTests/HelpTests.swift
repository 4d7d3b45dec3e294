import ArgumentParsing
import TestSupport
import Testing

@testable import autonomy

@Suite struct HelpTests {
  @Test func everyDeclarationKeepsTheRules() {
    #expect(DeclarationCheck(Autonomy.self).problems.isEmpty)
  }

  @Test(arguments: [
    [], ["init"], ["run"], ["resume"], ["answer"], ["tasks"], ["tasks", "list"], ["tasks", "show"],
    ["tasks", "reopen"], ["compare"], ["migrate"], ["status"], ["log"], ["why"], ["replay"], ["consult"], ["dialogue"],
    ["workflow"],
    ["workflow", "run"], ["workflow", "status"], ["doctor"], ["models"],
    ["probe"], ["config"], ["completions"], ["demo"], ["simulate"], ["parse-calls"], ["optimize"],
  ])
  func rendersHelp(_ path: [String]) async {
    let outcome = await Autonomy.execute(path + ["--help"], columns: 100)
    Snapshot((["help"] + path).joined(separator: "-") + ".txt").expect(outcome.standardOutput)
  }

  @Test func tellsItsVersion() async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation("--version", in: folder.path)
    #expect(invocation.output == "\(Autonomy.version)\n")
    #expect(invocation.exitCode == 0)
  }

  @Test(arguments: [
    (["rnu"], "Unknown command 'rnu'. Did you mean 'run'?"),
    (["run", "--bugdet-calls", "3"], "Unknown option '--bugdet-calls'. Did you mean '--budget-calls'?"),
    (["run", "--max-steps", "0"], "The value of '--max-steps' must be at least 1, not 0."),
    (["run", "--budget-time", "soon"], "'90s', '10m' or '1h30m'"),
    (["run", "--mode", "magic"], "Please provide 'traditional' or 'orchestrated'."),
    (["answer", "t1", "yes"], "'t1' is no id of a question, such as 'q1'."),
    (["answer", "q1", " "], "The answer is empty."),
    (["tasks", "reopen"], "Give the ids of tasks, or '--failed'."),
    (["tasks", "reopen", "--failed", "t1"], "Give either ids or '--failed'."),
    (["why", "first"], "a whole number"),
    (["probe", "--time", "soon"], "'90s', '10m' or '1h30m'"),
    (["probe", "--time", "0s"], "The value of '--time' must be positive."),
    (["probe", "a b"], "'a b' is no name of a model."),
    (["parse-calls"], "Give either '--tools <file>' or '--jsonl'."),
    (["parse-calls", "--jsonl", "--json"], "'--jsonl' has an output of its own, without '--json'."),
    (["compare", "--jobs", "4"], "Unknown option '--jobs'."),
    (["compare", "--phases", ","], "'--phases' names no phase"),
    (["compare", "--runs", "--report", "a.html"], "'--runs' runs nothing"),
    (["compare", "--runs", "--repeat", "2"], "'--runs' runs nothing"),
    (["replay", "r1", "--jobs", "2"], "are for '--fork'"),
    (["log", "--run", "3"], "'3' is no id of a run, such as 'r2', and not 'all'."),
  ])
  func refusesWrongWordsWithExitCode2(_ words: [String], _ message: String) async {
    let outcome = await Autonomy.execute(words, columns: 80)
    #expect(outcome.standardError.contains(message))
    #expect(outcome.exitCode == .usage)
  }

  @Test func writesACompletionScript() async throws {
    let folder = try TemporaryDirectory()
    let invocation = await Invocation("completions", "bash", in: folder.path)
    #expect(invocation.output.contains("complete -"))
    #expect(invocation.output.contains("reopen"))
  }

  @Test func theReferenceInTheReadmeIsTheProgramsOwn() async throws {
    let folder = try TemporaryDirectory()
    let reference = await Invocation("command-reference", in: folder.path).output
    let readme = try Readme()
    #expect(
      readme.reference == reference,
      "Put the output of 'autonomy command-reference' between the markers of README.md."
    )
  }
}
