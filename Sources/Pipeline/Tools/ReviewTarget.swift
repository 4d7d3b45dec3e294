import SourceControl

extension ToolContext {
  /// The path under review that a model means by `text`.
  func reviewedPath(_ text: String) async throws(ToolError) -> ProjectPath {
    let path = try path(text)
    if reviewed.contains(path) { return path }
    let location = try await location(of: text)
    if reviewed.contains(location.path) { return location.path }
    let names = reviewed.map { "'\($0)'" }.joined(separator: ", ")
    throw .respondToModel("'\(text)' is not under review. Under review: \(names).")
  }
}
