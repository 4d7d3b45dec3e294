package import SourceControl

/// One thing that a reviewer or a check found wrong.
package struct ReviewIssue: Hashable, Codable, Sendable {
  /// The kinds that `report_issue` offers.
  package enum Kind: String, CaseIterable, Codable, Sendable {
    case syntax
    case logic
    case missing
    case types
    case incomplete
    case security
    case performance
  }

  package var path: ProjectPath
  package var kind: Kind
  package var description: String
  /// From 1.
  package var line: Int?
  package var suggestion: String?

  package init(path: ProjectPath, kind: Kind, description: String, line: Int? = nil, suggestion: String? = nil) {
    self.path = path
    self.kind = kind
    self.description = description
    self.line = line
    self.suggestion = suggestion
  }
}
