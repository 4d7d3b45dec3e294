/// What a model is used for.
package enum ModelRole: String, CaseIterable, Sendable {
  /// Writes and repairs code.
  case coding
  /// Plans.
  case reasoning
  /// Reviews and documents.
  case analysis
  /// Repairs tool calls that another model mangled.
  case interpreter
  /// Decides what comes next, in orchestrated mode.
  case arbiter
}
