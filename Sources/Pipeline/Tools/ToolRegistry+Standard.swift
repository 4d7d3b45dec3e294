extension ToolRegistry {
  /// The tools of the pipeline, in the order in which models see them.
  package static let standard = ToolRegistry([
    PlanTasksHandler(),
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
