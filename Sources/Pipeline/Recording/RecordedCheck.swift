package import SourceControl

/// One run of a check: what it showed, and what it left in the project.
package struct RecordedCheck: Hashable, Codable, Sendable {
  package var result: CheckResult
  /// The files that it made, changed or removed.
  package var files: [RecordedFile]

  package init(result: CheckResult, files: [RecordedFile] = []) {
    self.result = result
    self.files = files
  }
}

/// A file as it was at one moment.
package struct RecordedFile: Hashable, Codable, Sendable {
  package var path: ProjectPath
  /// What it held; nil where there was none.
  package var id: ObjectID?
  /// What it was; nil where there was none, and where that was not recorded.
  package var kind: FileEntry.Kind?
  /// Whether its content is on record; it is not where it is too large, or hidden from models.
  package var isKept: Bool

  package init(path: ProjectPath, id: ObjectID?, kind: FileEntry.Kind? = nil, isKept: Bool) {
    self.path = path
    self.id = id
    self.kind = kind
    self.isKept = isKept
  }
}

/// A search for lines, and what it came to.
package struct RecordedSearch: Hashable, Codable, Sendable {
  package var pattern: String
  /// What was found; nil where the search failed.
  package var found: FoundLines?
  /// What the model was told instead.
  package var complaint: String?

  package init(pattern: String, found: FoundLines? = nil, complaint: String? = nil) {
    self.pattern = pattern
    self.found = found
    self.complaint = complaint
  }
}
