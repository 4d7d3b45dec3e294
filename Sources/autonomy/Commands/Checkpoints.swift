import ArgumentParsing

/// Shows and keeps the project's checkpoints.
struct Checkpoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List checkpoints, compare them, take one, or check and tidy their store.",
    discussion: """
      A checkpoint holds the project's files and the state of the pipeline. One is taken before every step that may \
      change files and when a task is done. They are in '.autonomy/checkpoints', a bare Git repository of their own; \
      yours is not touched.
      """,
    subcommands: [
      CheckpointsList.self, CheckpointsShow.self, CheckpointsDiff.self, CheckpointsCreate.self, CheckpointsVerify.self,
      CheckpointsGC.self,
    ],
    defaultSubcommand: CheckpointsList.self
  )
}
