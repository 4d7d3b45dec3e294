package import SourceControl

/// A search whose results are recorded.
package struct RecordingSearch: LineSearching {
  private let search: any LineSearching
  private let recorder: RunRecorder

  package init(_ search: any LineSearching, recorder: RunRecorder) {
    self.search = search
    self.recorder = recorder
  }

  package func lines(
    matching pattern: String,
    in files: [ProjectPath],
    of root: String,
    most: Int
  ) async throws(ToolError) -> FoundLines {
    do throws(ToolError) {
      let found = try await search.lines(matching: pattern, in: files, of: root, most: most)
      recorder.note(.search(RecordedSearch(pattern: pattern, found: found)))
      return found
    } catch {
      if case .respondToModel(let text) = error {
        recorder.note(.search(RecordedSearch(pattern: pattern, complaint: text)))
      }
      throw error
    }
  }
}
