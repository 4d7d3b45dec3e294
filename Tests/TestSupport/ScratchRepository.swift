import Pipeline
import Testing

/// A real Git repository in a temporary folder, free of the machine's configuration.
package struct ScratchRepository: Sendable {
  package let folder: TemporaryDirectory

  package init(in folder: TemporaryDirectory) async throws {
    self.folder = folder
    try await git(["init", "--quiet", "--initial-branch=main"])
  }

  /// Runs Git in the repository and returns what it wrote; any of `statuses` is good.
  @discardableResult
  package func git(_ arguments: [String], index: String? = nil, statuses: Set<Int> = [0]) async throws -> [UInt8] {
    var environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
      "LC_ALL": "C",
    ]
    environment["GIT_INDEX_FILE"] = index
    let request = ProcessRequest(
      arguments: ["git"] + arguments,
      directory: folder.path,
      environment: environment,
      timeLimit: .seconds(30)
    )
    let result = try await ProcessRunner().run(request)
    let code = try #require(result.exitCode)
    try #require(statuses.contains(code), "git \(arguments) failed: \(result.standardError.text)")
    return result.output.bytes
  }

  /// The id of the tree that Git makes of all files that it does not ignore.
  package func treeID() async throws -> String {
    let index = folder.path + "/.git/scratch-\(UInt64.random(in: .min ... .max))"
    try await git(["add", "--all"], index: index)
    return String(decoding: try await git(["write-tree"], index: index).dropLast(), as: UTF8.self)
  }
}
