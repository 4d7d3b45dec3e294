import ArgumentParsing

/// Moves a project from the rules to the arbiter, phase by phase.
struct Migrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let the arbiter decide on more phases, or on fewer, on the evidence of comparisons.",
    discussion: """
      In three stages: first compare only; then promote single phases, of which 'qa' is the best to begin with; then make \
      the orchestrated mode the project's default. '--mode', USE_ORCHESTRATION and 'orchestration.use' win over what was \
      promoted.
      """,
    subcommands: [MigrateStatus.self, MigratePromote.self, MigrateDemote.self, MigrateDefault.self],
    defaultSubcommand: MigrateStatus.self
  )
}
