import ArgumentParsing

/// Carries out workflows, and shows how they stand.
struct Workflows: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workflow",
    abstract: "Have models carry out tasks of which some need the results of others.",
    discussion: """
      A workflow is a file that lists tasks to scout, to plan and to build, each with a prompt. Whatever is ready runs at \
      once. Models may read the project's files and change none; the results are texts, kept in the project's journal.
      """,
    subcommands: [WorkflowsRun.self, WorkflowsStatus.self]
  )
}
