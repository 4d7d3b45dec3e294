package import SourceControl

/// Makes copies of the project to try something in.
package protocol ProjectCopying: Sendable {
  /// Calls `body` with the root of a copy in which some files have other contents or are missing, and removes the copy afterwards.
  func withCopy<T: Sendable>(
    replacing contents: [ProjectPath: [UInt8]?],
    _ body: (String) async throws -> T
  ) async throws -> T
}
