import Pipeline
import TestSupport
import Testing

/// How the router's settings are put together, and what is wrong with them.
@Suite struct RoutingSettingsTests {
  @Test func theRoutersOwnFileStandsBetweenTheProjectsAndTheEnvironment() throws {
    let folder = try ConfigurationFolder(
      project: "{router: {config: 'router.json5', base_from: 5, strong_from: 9, prefer_free: true}}"
    )
    try folder.directory.write("{base_from: 6, prefer_free: true, // mine\n other_type: 2}", to: "project/router.json5")
    let router = try folder.load(environment: ["PREFER_FREE_TIER": "no"]).router
    #expect(router.baseFrom == 6 && router.strongFrom == 9 && router.otherType == 2 && !router.prefersFree)
    #expect(router.isUsed)
  }

  @Test func theEnvironmentNamesTheFile() throws {
    let folder = try ConfigurationFolder()
    try folder.directory.write("{policy: 'seed', upgrades: 1}", to: "project/mine.json")
    let configuration = try folder.load(environment: ["MODEL_ROUTER_CONFIG_PATH": "mine.json"])
    #expect(configuration.router.policy == .seed && configuration.router.typeLimit == 4)
    #expect(configuration.router.upgrades == 1 && configuration.router.isUsed)
    #expect(configuration.origin(of: "router.config").description == "MODEL_ROUTER_CONFIG_PATH")
    #expect(configuration.origin(of: "router.upgrades").description.hasSuffix("mine.json:1"))
  }

  @Test func withoutAFileItIsUsedOnlyWhereThatIsSaid() throws {
    #expect(try !ConfigurationFolder().load().router.isUsed)
    #expect(try ConfigurationFolder(project: "{router: {use: true}}").load().router.isUsed)
  }

  @Test func modelsThatAreSetReplaceThoseOfTheSameNameOnly() throws {
    let mine = "{name: 'qwen2.5:7b', tiers: ['strong'], window: 9, price: 'unknown', as_of: '2026-01-02', source: 's'}"
    let router = try ConfigurationFolder(project: "{router: {models: [\(mine)]}}").load().router
    #expect(router.models.count == RoutingSettings().models.count)
    #expect(router.models.filter { $0.name == "qwen2.5:7b" }.map(\.window) == [9])
  }

  @Test(arguments: [
    (
      "{floors: {security_audit: 'strong'}}",
      "'router.floors' names 'security_audit', which is no kind of 'router.types'."
    ),
    (
      "{floors: {bugfix: 'strong'}}",
      "'router.floors' names 'bugfix', which is no kind of 'router.types'. Did you mean 'bug_fix'?"
    ),
    ("{kinds: [{phase: 'qa', kind: 'x'}]}", "'router.kinds' names 'x', which is no kind of 'router.types'."),
    ("{strong_from: 1}", "'router.strong_from' is 1, which is below 'router.base_from', 4."),
    ("{quality_threshold: 1}", "'router.quality_threshold' is not a key."),
    (
      "{context_tokens: [100, 50]}", "'router.context_tokens.1' must be at least 101, as the one before is 100, not 50."
    ),
    ("{files: [-1]}", "'router.files.0' must be at least 0, not -1."),
    ("{types: {foo: 11}}", "'router.types.foo' must be a whole number from 1 to 10, not 11."),
    ("{floors: {bug_fix: 'stronk'}}", "'router.floors.bug_fix' must be 'weak', 'base' or 'strong', not 'stronk'."),
    ("{quality: {stronk: 3}}", "'router.quality.stronk' is no tier: there is 'weak', 'base' or 'strong'."),
    ("{quality: {weak: 30}}", "'router.quality.weak' must be a whole number from 0 to 25, not 30."),
    (
      "{models: [\(model("name: 'a', tiers: ['weak']")), \(model("name: 'a', tiers: ['base']"))]}",
      "'router.models.1' has the name 'a' and no server like element 0."
    ),
    (
      "{models: [\(model("name: 'a', tiers: []"))]}",
      "'router.models.0.tiers' must be a list of 'weak', 'base' and 'strong', not an empty list."
    ),
    (
      "{models: [\(model("name: 'a', tiers: ['weak', 'weak']"))]}",
      "'router.models.0.tiers.1' has the tier 'weak' like element 0."
    ),
    (
      "{models: [\(model("name: 'a', tiers: ['weak']", day: "2026-13-40"))]}",
      "'router.models.0.as_of' must be a day such as '2026-11-01', not '2026-13-40'."
    ),
    (
      "{models: [\(model("name: 'a', tiers: ['weak']", day: "2025-02-29"))]}",
      "'router.models.0.as_of' must be a day such as '2026-11-01', not '2025-02-29'."
    ),
    ("{models: [{name: 'a'}]}", "'router.models.0' has no 'tiers'."),
    (
      "{config: 'nowhere.json'}",
      "nowhere.json', which 'router.config' or MODEL_ROUTER_CONFIG_PATH names, is not there."
    ),
  ])
  func refusesWhatWouldMeanNothing(_ router: String, _ message: String) throws {
    let problems = try ConfigurationFolder(project: "{router: \(router)}").problems()
    #expect(problems.count == 1 && problems[0].contains(message), "\(problems)")
  }

  private static func model(_ members: String, day: String = "2026-01-02") -> String {
    "{\(members), window: 9, price: 'free', as_of: '\(day)', source: 's'}"
  }

  @Test func rowsAndKindsThatAreSetComeBesideThoseOfTheTable() throws {
    let row = "{phase: 'coding', files: ['src/auth/**'], kind: 'security_review'}"
    let folder = try ConfigurationFolder(
      project: "{router: {kinds: [\(row)], types: {foo: 8, bug_fix: 9}}}",
      user: "{router: {kinds: [{phase: 'qa', kind: 'foo'}], types: {foo: 1}}}"
    )
    let (router, table) = (try folder.load().router, RoutingSettings())
    #expect(router.kinds.map(\.kind) == ["security_review", "foo"] + table.kinds.map(\.kind))
    #expect(router.types == table.types.merging(["foo": 8, "bug_fix": 9]) { $1 })
  }

  @Test func floorsAndPointsThatAreSetLeaveThoseOfOthers() throws {
    let folder = try ConfigurationFolder(
      project: "{router: {floors: {bug_fix: 'strong', security_review: 'weak'}, quality: {weak: 3}}}",
      user: "{router: {floors: {bug_fix: 'base', planning: 'base'}, quality: {weak: 4, strong: 21}}}"
    )
    let (router, table) = (try folder.load().router, RoutingSettings())
    let floors: [String: ModelTier] = ["bug_fix": .strong, "security_review": .weak, "planning": .base]
    #expect(router.floors == table.floors.merging(floors) { $1 })
    #expect(router.quality == table.quality.merging(["weak": 3, "strong": 21]) { $1 })
  }

  @Test func refusesAWordThatIsNoAnswer() throws {
    #expect(
      try ConfigurationFolder().problems(environment: ["PREFER_FREE_TIER": "maybe"])
        == ["PREFER_FREE_TIER: 'router.prefer_free' must be true or false, not 'maybe'."]
    )
  }

  @Test func pricesAreWholeMicrodollarsRoundedUp() {
    let rates = TokenRates(
      input: 1_250_000,
      output: 10_000_000,
      longFrom: 200_000,
      longInput: 2_500_000,
      longOutput: 15_000_000
    )
    #expect(ModelPrice.known(rates).cost(promptTokens: 1, outputTokens: 0) == 2)
    #expect(ModelPrice.known(rates).cost(promptTokens: 200_000, outputTokens: 1000) == 260_000)
    #expect(ModelPrice.known(rates).cost(promptTokens: 200_001, outputTokens: 1000) == 515_003)
    #expect(ModelPrice.free.cost(promptTokens: 9, outputTokens: 9) == 0)
    #expect(ModelPrice.unknown.cost(promptTokens: 0, outputTokens: 0) == nil)
    for left in [0, 1, 999, 250_000, 10_000_000] {
      for prompt in [0, 1000, 200_001] {
        let output = rates.affordableOutput(left, promptTokens: prompt)
        #expect(output == 0 || rates.cost(promptTokens: prompt, outputTokens: output) <= left)
        #expect(rates.cost(promptTokens: prompt, outputTokens: output + 1) > left)
      }
    }
  }

  @Test(arguments: [
    ("5", 5_000_000), ("0.25", 250_000), ("$1.50", 1_500_000), ("0.000001", 1), ("12.3456789", nil), ("-1", nil),
    ("1e3", nil), ("", nil), (".5", nil), ("1.", nil),
  ])
  func readsAmountsOfMoneyExactly(_ text: String, _ microdollars: Int?) {
    #expect(Dollars(text: text)?.microdollars == microdollars)
  }

  @Test(arguments: [
    (0, "$0.00"), (1, "$0.000001"), (1_500_000, "$1.50"), (12_345_678, "$12.345678"), (120_000, "$0.12"),
  ])
  func writesAmountsOfMoneyWhole(_ microdollars: Int, _ text: String) {
    #expect(Dollars(microdollars: microdollars).description == text)
  }
}
