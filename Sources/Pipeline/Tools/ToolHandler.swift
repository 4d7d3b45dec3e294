/// The one declaration of a tool: what is said about it, and what a call of it means.
package protocol ToolHandler: Sendable {
  var specification: ToolSpecification { get }

  /// The tool as it is where these are offered beside it.
  func beside(_ names: Set<String>) -> any ToolHandler

  /// Answers a call whose arguments fit the specification; it reads, computes and writes nothing.
  func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer
}

extension ToolHandler {
  package func beside(_ names: Set<String>) -> any ToolHandler { self }
}
