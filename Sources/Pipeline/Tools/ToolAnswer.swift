package import SourceControl

/// What a tool found out, and what it asks to be done.
package struct ToolAnswer: Hashable, Sendable {
  /// The result for the model; it speaks of the effect as done, so it is sent only once that is so.
  package var text: String
  package var effect: ToolEffect?
  /// The contents that the model knows once the effect is done: what it was shown, or wrote.
  package var observed: [ProjectPath: ObjectID]

  package init(_ text: String, effect: ToolEffect? = nil, observed: [ProjectPath: ObjectID] = [:]) {
    self.text = text
    self.effect = effect
    self.observed = observed
  }
}
