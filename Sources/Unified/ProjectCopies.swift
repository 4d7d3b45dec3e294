import Pipeline
import SourceControl

/// Copies of the project under `.autonomy`, for checks that must not touch it.
struct ProjectCopies: ProjectCopying {
  let project: String

  func withCopy<T: Sendable>(
    replacing contents: [ProjectPath: [UInt8]?],
    _ body: (String) async throws -> T
  ) async throws -> T {
    try await ScratchCopy.with(of: project, replacing: contents) { copy in try await body(copy.root) }
  }
}
