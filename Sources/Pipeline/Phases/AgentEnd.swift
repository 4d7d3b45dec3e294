/// How a conversation with a model ended.
package enum AgentEnd: Hashable, Sendable {
  /// The phase had what it wanted.
  case finished
  /// The model answered without a call.
  case answered(String)
  /// A limit of the step was reached; the text says which.
  case limit(String)
  /// The model gave answers that no repair could make use of.
  case unusable(String)
  /// The prompt does not fit, even after it was shortened.
  case overContext(String)
}

/// What a phase makes of an effect that a tool call has.
package enum EffectReaction: Hashable, Sendable {
  case proceed
  /// The conversation has what it was for.
  case stop
  /// The conversation has what it was for, unless the rest of the answer says otherwise.
  case stopAfterAnswer
  /// The call is refused, and the model is told so.
  case refuse(String)
}
