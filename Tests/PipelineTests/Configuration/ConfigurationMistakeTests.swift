import TestSupport
import Testing

@testable import Pipeline

@Suite struct ConfigurationMistakeTests {
  @Test(
    arguments: [
      (
        "{\n limits: {\n task_atempts: 3 }}",
        "autonomy.json:3: 'limits.task_atempts' is not a key. Did you mean 'task_attempts'?"
      ),
      ("{model: {}}", "autonomy.json:1: 'model' is not a key. Did you mean 'models'?"),
      (
        "{xyz: 1}",
        "autonomy.json:1: 'xyz' is not a key. The keys here are servers, models, checks, limits, orchestration, checkpoint, worktree, router, sandbox."
      ),
      ("{models: {codng: 'x'}}", "autonomy.json:1: 'models.codng' is not a key. Did you mean 'coding'?"),
      (
        "{\nservers: {gpu: {url: 'x',\n api_key: 'y'}}}",
        "autonomy.json:3: 'servers.gpu.api_key' is not a key. Secrets come from the environment only: set OLLAMA_API_KEY or "
          + "OPENAI_API_KEY."
      ),
      (
        "{limits: {\n\ntask_attempts: 'six'}}",
        "autonomy.json:3: 'limits.task_attempts' must be a whole number of at least 1, not 'six'."
      ),
      (
        "{limits: {task_attempts: 0}}",
        "autonomy.json:1: 'limits.task_attempts' must be a whole number of at least 1, not 0."
      ),
      (
        "{limits: {run_time: 90}}",
        "autonomy.json:1: 'limits.run_time' must be a duration such as '90s', '10m' or '1h30m', or null, not 90."
      ),
      (
        "{limits: {idle: '0s'}}",
        "autonomy.json:1: 'limits.idle' must be a duration such as '90s', '10m' or '1h30m', not '0s'."
      ),
      ("{limits: 3}", nil),
      (
        "{worktree: {share: ['../outs']}}",
        "autonomy.json:1: 'worktree.share' must be a list of folders inside the project but '.autonomy' and '.git', not "
          + "[\"../outs\"]."
      ),
      (
        "{worktree: {share: ['.']}}",
        "autonomy.json:1: 'worktree.share' must be a list of folders inside the project but '.autonomy' and '.git', not "
          + "[\".\"]."
      ),
      (
        "{worktree: {share: ['./.autonomy/']}}",
        "autonomy.json:1: 'worktree.share' must be a list of folders inside the project but '.autonomy' and '.git', not "
          + "[\"./.autonomy/\"]."
      ),
      (
        "{checkpoint: {include: ['ok', '../x']}}",
        "autonomy.json:1: 'checkpoint.include' must be a list of paths or patterns inside the project, such as 'data/' or '*.bin', not [\"ok\",\"../x\"]."
      ),
      (
        "{checkpoint: {include: ['/etc/passwd']}}",
        "autonomy.json:1: 'checkpoint.include' must be a list of paths or patterns inside the project, such as 'data/' or '*.bin', not [\"/etc/passwd\"]."
      ),
      ("{sandbox: 'maybe'}", "autonomy.json:1: 'sandbox' must be 'auto', 'require' or 'off', not 'maybe'."),
      (
        "{models: {qa: {temperature: 3}}}",
        "autonomy.json:1: 'models.qa.temperature' must be a number from 0 to 2, or null, not 3."
      ),
      (
        "{models: {qa: 3}}",
        "autonomy.json:1: 'models.qa' must be a string or an object with name, server, num_ctx, temperature, think, not an integer."
      ),
      (
        "{models: {qa: 'a b'}}",
        "autonomy.json:1: 'models.qa.name' must be the name of a model, such as 'qwen2.5-coder:32b', or null, not 'a b'."
      ),
      (
        "{servers: {gpu: 'ftp://x'}}",
        "autonomy.json:1: 'servers.gpu.url' must be an address such as 'http://192.168.1.20:11434', without credentials, not 'ftp://x'."
      ),
      ("{\nservers: {gpu:\n {keep_alive: '5m'}}}", "autonomy.json:3: 'servers.gpu' has no 'url'."),
      (
        "{servers: {gpu: 'x'}, models: {qa: {server: 'gpi'}}}",
        "autonomy.json:1: 'models.qa.server' names no server: 'gpi'. Did you mean 'gpu'? There is 'gpu'."
      ),
      (
        "{servers: {gpu: 'x'}, router: {models: [{name: 'a:7b', server: 'gpi', tiers: ['weak'], window: 9000, price: 'free', capabilities: ['tools'], as_of: '2026-01-01', source: 'me'}]}}",
        "autonomy.json:1: 'router.models' names no server for 'a:7b': 'gpi'. Did you mean 'gpu'? There is 'gpu'."
      ),
      (
        "{checks: {commands: [\n{name: 'a', command: ['x']},\n{name: 'b',\n command: 'npm test'}]}}",
        "autonomy.json:4: 'checks.commands.1.command' must be a list of words such as [\"npm\", \"test\"], not 'npm test'."
      ),
      ("{checks: {commands: [{name: 'a'}]}}", "autonomy.json:1: 'checks.commands.0' has no 'command'."),
      (
        "{checks: {commands: [{name: 'a', command: ['x'], timout: '1s'}]}}",
        "autonomy.json:1: 'checks.commands.0.timout' is not a key. Did you mean 'timeout'?"
      ),
      (
        "{checks: {commands: [{name: 'a', command: ['x']}, {name: 'a', command: ['y']}]}}",
        "autonomy.json:1: 'checks.commands.1' has the name 'a' like element 0."
      ),
      (
        "{checks: {commands: [{name: 'a', command: ['x'], directory: 'a/../..'}]}}",
        "autonomy.json:1: 'checks.commands.0.directory' must be a folder inside the project, relative to it, not 'a/../..'."
      ),
      ("{servers: {'': 'x'}}", "autonomy.json:1: 'servers.' is not a key."),
      ("[1]", nil),
      ("{\n limits: }", nil),
      ("", nil),
    ] as [(String, String?)]
  )
  func namesThePlaceAndTheCure(_ text: String, _ message: String?) throws {
    let problems = try ConfigurationFolder(project: text).problems()
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix("autonomy.json:") == true)
    if let message { #expect(problems.first == message) }
  }

  @Test func reportsAllProblemsAtOnce() throws {
    let folder = try ConfigurationFolder(project: "{a: 1,\n limits: {idle: 1,\n b: 2}}", user: "{sandbox: 1}")
    #expect(
      folder.problems("limits.x=1").map { $0.prefix { $0 != "'" } } == [
        "~/.config/autonomy/config.json:1: ", "autonomy.json:1: ", "autonomy.json:3: ", "autonomy.json:2: ", "-c: ",
      ]
    )
  }

  @Test func namesTheFlag() throws {
    let folder = try ConfigurationFolder()
    #expect(
      folder.problems("limits.run_steps=few")
        == ["-c: 'limits.run_steps' must be a whole number of at least 1, or null, not 'few'."]
    )
    #expect(
      folder.problems("limits.run_tim=2h") == ["-c: 'limits.run_tim' is not a key. Did you mean 'limits.run_time'?"]
    )
    #expect(folder.problems("limts.run_steps=1") == ["-c: 'limts' is not a key. Did you mean 'limits'?"])
    #expect(
      folder.problems("sandbox") == ["The value 'sandbox' of '-c' has no key and value. Write '-c limits.run_time=2h'."]
    )
  }

  @Test(arguments: ["", "http://"])
  func namesTheVariableAndHidesThePassword(scheme: String) throws {
    #expect(
      try ConfigurationFolder().problems(environment: ["OLLAMA_HOST": "\(scheme)user:pw@host:1"]) == [
        "OLLAMA_HOST: 'servers.default.url' must be an address such as 'http://192.168.1.20:11434', "
          + "without credentials, not '\(scheme)[hidden]@host:1'."
      ]
    )
  }

  @Test func refusesAFileThatCannotBeRead() throws {
    let folder = try ConfigurationFolder()
    try folder.directory.write("", to: "project/autonomy.json/x")
    #expect(folder.problems() == ["autonomy.json: The configuration cannot be read: Is a directory."])
  }

  @Test func refusesAHugeFile() throws {
    let folder = try ConfigurationFolder(project: "{}" + String(repeating: " ", count: 1 << 20))
    #expect(folder.problems() == ["autonomy.json: The file is over 1 MiB, which no configuration is."])
  }
}
