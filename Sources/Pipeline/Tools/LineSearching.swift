package import SourceControl

/// A way to find the lines of files that match a pattern.
package protocol LineSearching: Sendable {
  /// Searches text files of the project at `root`, in the order given, until `most` lines are found.
  ///
  /// The pattern is an extended regular expression; one that is none is an error for the model.
  func lines(
    matching pattern: String,
    in files: [ProjectPath],
    of root: String,
    most: Int
  ) async throws(ToolError) -> FoundLines
}

/// What a search for lines found.
package struct FoundLines: Hashable, Codable, Sendable {
  /// The numbers of the lines of one file that match.
  package struct FileMatch: Hashable, Codable, Sendable {
    package var path: ProjectPath
    package var numbers: [Int]
  }

  package var lines: [FileMatch] = []
  /// Whether there is more than was looked at.
  package var isCut = false
  package var warning: String?
}

/// The search by grep(1).
package struct GrepSearch: LineSearching {
  package init() {}

  package func lines(
    matching pattern: String,
    in files: [ProjectPath],
    of root: String,
    most: Int
  ) async throws(ToolError) -> FoundLines {
    try await Grep(pattern: pattern, root: root, most: most).matches(in: files)
  }
}
