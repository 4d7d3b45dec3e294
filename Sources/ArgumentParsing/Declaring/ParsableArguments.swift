/// A set of arguments declared as the wrapped properties of a struct.
package protocol ParsableArguments: Decodable, Sendable {
  init()

  /// Checks what no single argument can: throws a `ValidationError` that tells the user what to change.
  mutating func validate() throws
}

extension ParsableArguments {
  package mutating func validate() throws {}
}
