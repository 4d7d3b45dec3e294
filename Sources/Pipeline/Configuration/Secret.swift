/// A value that must not be shown; its description hides it.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The secret itself, for the one who sends it.
  package let value: String

  package init(_ value: String) {
    self.value = value
  }

  package var description: String { SecretMask.replacement }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
