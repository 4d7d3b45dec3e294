/// How a model has to be treated because of what it can do; the same for a whole run.
package struct ModelHandling: Hashable, Codable, Sendable {
  /// Whether the model never calls natively, so that it is told at once how to write its calls.
  package var writesCallsAsText: Bool
  /// Whether the model cannot replace passages, so that it is offered to write whole files only.
  package var changesFilesWhole: Bool

  package init(writesCallsAsText: Bool = false, changesFilesWhole: Bool = false) {
    self.writesCallsAsText = writesCallsAsText
    self.changesFilesWhole = changesFilesWhole
  }

  private enum CodingKeys: String, CodingKey {
    case writesCallsAsText = "writes_calls_as_text"
    case changesFilesWhole = "changes_files_whole"
  }
}

extension ModelHandling {
  /// What is special about it, in words; empty where nothing is.
  package var words: [String] {
    (writesCallsAsText ? ["text mode"] : []) + (changesFilesWhole ? ["whole files only"] : [])
  }
}
