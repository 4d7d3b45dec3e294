/// What the configuration says about the orchestrated mode.
package struct OrchestrationSettings: Hashable, Sendable {
  /// The variable of the environment that wins over `use` in files.
  package static let variable = "USE_ORCHESTRATION"

  /// `true`, `false`, or phases.
  package var use = "false"
  package var arbiterShare = 0.25
  package var consultations = 3
  package var fallbacksInARow = 5
  package var decisionTime: Duration = .seconds(300)
  /// Whether a promoted phase that does worse than before goes back to the rules by itself.
  package var demotes = false

  package init() {}

  static let keys: [ConfigurationKey<OrchestrationSettings>] = [
    ConfigurationKey(
      "use",
      \.use,
      "Whether an arbiter model decides: 'true', 'false', or the phases whose steps it decides on.",
      expectation: "a string such as 'true', 'false' or 'planning,qa'"
    ),
    ConfigurationKey(
      "arbiter_share",
      \.arbiterShare,
      "What the arbiter and its consultations may spend on top of each limit of the run, as a part of it.",
      expectation: "a number from 0 to 1"
    ) { (0...1).contains($0) },
    ConfigurationKey("consultations", \.consultations, atLeast: 0, "How often the arbiter may consult in one turn."),
    ConfigurationKey(
      "fallbacks_in_a_row",
      \.fallbacksInARow,
      atLeast: 1,
      "After so many turns of the arbiter that came to nothing, the rest of the run goes by the rules."
    ),
    ConfigurationKey(
      "auto",
      \.demotes,
      "Whether a phase that 'autonomy migrate' promoted goes back to the rules by itself where it does worse than before."
    ),
    ConfigurationKey("decision_time", \.decisionTime, "How long one turn of the arbiter may take."),
  ]
}
