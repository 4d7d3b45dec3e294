import Pipeline
package import SourceControl

/// Copies that nothing should ask for.
package struct NoCopies: ProjectCopying {
  package init() {}

  package func withCopy<T: Sendable>(
    replacing contents: [ProjectPath: [UInt8]?],
    _ body: (String) async throws -> T
  ) async throws -> T {
    throw StepStop.environment("A copy was asked for, with \(contents.keys.sorted()) replaced.")
  }
}
