extension ToolRegistry {
  /// The tools of the pipeline, in the order in which models see them.
  package static let standard = standard(planTasks: PlanTasksHandler.usualTasks)

  /// The same with another limit of tasks a plan.
  package static func standard(planTasks: Int) -> ToolRegistry {
    ToolRegistry([
      PlanTasksHandler(mostTasks: planTasks),
      ReadFileHandler(),
      SearchFilesHandler(),
      WriteFileHandler(),
      EditFileHandler(),
      DeleteFileHandler(),
      RunCheckHandler(),
      ReportIssueHandler(),
      ApproveHandler(),
      AskUserHandler(),
      FinishHandler(),
    ])
  }
}
