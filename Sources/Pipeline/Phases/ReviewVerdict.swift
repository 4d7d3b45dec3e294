package import SourceControl

/// The verdicts of one review, as they come in.
package struct ReviewVerdict: Hashable, Sendable {
  private let paths: Set<ProjectPath>
  private var approved: Set<ProjectPath> = []
  package private(set) var issues: [ReviewIssue] = []

  package init(paths: [ProjectPath]) {
    self.paths = Set(paths)
  }

  package mutating func approve(_ path: ProjectPath) {
    approved.insert(path)
  }

  package mutating func report(_ issue: ReviewIssue) {
    if !issues.contains(issue) { issues.append(issue) }
  }

  /// Whether every path was approved or has an issue; nothing else is a verdict.
  package var isComplete: Bool {
    paths.isSubset(of: approved.union(issues.map { $0.path }))
  }

  /// The id of the reviewed paths with their contents: what an approval is bound to.
  package static func contentID(of paths: [ProjectPath], in files: [ProjectPath: ObjectID]) throws -> ObjectID {
    let lines = paths.sorted().map { "\($0) \(files[$0].map(\.description) ?? "-")\n" }
    return try ObjectID(blob: Array(lines.joined().utf8))
  }
}
