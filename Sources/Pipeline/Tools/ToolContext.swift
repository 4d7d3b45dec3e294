package import SourceControl

/// What the tools of one step may know and touch.
package struct ToolContext: Sendable {
  package var workspace: Workspace
  package var phase: PhaseName
  /// The contents that the model was shown in this step, those in the prompt included.
  package var seen: [ProjectPath: ObjectID]
  package var writable: WritePolicy
  /// The paths that a review is about.
  package var reviewed: [ProjectPath]
  /// The names of the project's checks.
  package var checks: [String]
  /// Runs a check by name and answers its result as text for the model.
  package var runCheck: @Sendable (String) async throws -> String
  /// The most bytes of a file, of lines that were found or of what a check printed that one result shows.
  package var resultLimit = Self.largestResult
  package var search: any LineSearching = GrepSearch()

  /// A result is not larger than this, be the window as large as it may.
  package static let largestResult = 32 << 10

  package init(
    workspace: Workspace,
    phase: PhaseName,
    seen: [ProjectPath: ObjectID] = [:],
    writable: WritePolicy = .nothing,
    reviewed: [ProjectPath] = [],
    checks: [String] = [],
    runCheck: @escaping @Sendable (String) async throws -> String = { _ in "" }
  ) {
    self.workspace = workspace
    self.phase = phase
    self.seen = seen
    self.writable = writable
    self.reviewed = reviewed
    self.checks = checks
    self.runCheck = runCheck
  }
}
