import Pipeline

/// The built program, run as a child process.
struct Program {
  /// Where it is: beside the bundle of tests.
  static var path: String {
    let bundle = CommandLine.arguments[0]
    return bundle[..<(bundle.lastIndex(of: "/") ?? bundle.startIndex)] + "/autonomy"
  }

  /// Runs it through a shell, which may send it signals: `$PROGRAM` stands for its path.
  static func shell(
    _ script: String,
    in folder: String,
    environment: [String: String] = [:]
  ) async throws -> ProcessResult {
    let given = ["PATH": "/usr/bin:/bin", "HOME": "\(folder)/no-home", "PROGRAM": path]
    return try await ProcessRunner().run(
      ProcessRequest(
        arguments: ["sh", "-c", script],
        directory: folder,
        environment: given.merging(environment) { _, new in new },
        timeLimit: .seconds(60),
        outputLimit: 1 << 20,
        mergesStandardError: false
      )
    )
  }
}
