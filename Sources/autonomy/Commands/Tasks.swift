import ArgumentParsing

/// Shows the tasks of the plan and gives them another chance.
struct Tasks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List tasks, show one, or give failed ones another chance.",
    subcommands: [TasksList.self, TasksShow.self, TasksReopen.self],
    defaultSubcommand: TasksList.self
  )
}
