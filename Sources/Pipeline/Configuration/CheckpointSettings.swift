import SourceControl

/// What the configuration says about checkpoints.
package struct CheckpointSettings: Hashable, Sendable {
  package var keepsFailed = false
  package var count = 200
  package var age: Duration = .seconds(14 * 86_400)
  /// In megabytes.
  package var size = 2048
  /// In megabytes.
  package var largestFile = 10
  package var include: [String] = []

  package init() {}

  static let keys: [ConfigurationKey<CheckpointSettings>] = [
    ConfigurationKey(
      "keep_failed",
      \.keepsFailed,
      "Whether the files of a task that failed stay as it left them; else they go back to what they were before it."
    ),
    ConfigurationKey("count", \.count, atLeast: 1, "How many checkpoints are kept, beside those taken on demand."),
    ConfigurationKey("age", \.age, "How long checkpoints are kept, beside those taken on demand."),
    ConfigurationKey("size", \.size, atLeast: 1, "How many megabytes the checkpoints may take on disk."),
    ConfigurationKey(
      "largest_file",
      \.largestFile,
      atLeast: 1,
      "The largest file that a checkpoint takes in, in megabytes; larger ones are reported and left alone."
    ),
    ConfigurationKey(
      "include",
      \.include,
      "Ignored files that checkpoints take in all the same: paths, folders with all that is in them, or patterns of names.",
      expectation: "a list of paths or patterns inside the project, such as 'data/' or '*.bin'"
    ) { $0.allSatisfy { (try? ProjectPath($0)) != nil } },
  ]
}
