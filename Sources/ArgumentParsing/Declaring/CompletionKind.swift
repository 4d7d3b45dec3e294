/// How a shell completes the value of an argument.
package enum CompletionKind: Sendable, Hashable {
  /// Nothing is offered.
  case none
  case file
  case directory
  case list([String])
}
