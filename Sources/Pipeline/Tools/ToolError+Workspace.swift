extension ToolError {
  /// A path is the model's business, a full disk is not.
  init(_ error: WorkspaceError) {
    self = error.code == .environment ? .fatal(error.message) : .respondToModel(error.message)
  }

  /// An error of something a tool called; those that say whom they are for keep it.
  init(calling error: any Error) {
    switch error {
    case let error as ToolError: self = error
    case let error as WorkspaceError: self.init(error)
    case is CancellationError: self = .cancelled
    default: self = .fatal("\(error)")
    }
  }
}
