/// The rungs of the ladder by which a model's tool calls get through, cheapest first.
package enum CallStage: String, Codable, CaseIterable, Sendable {
  /// The server delivered the calls as such.
  case native
  /// They were read out of the answer's text.
  case text
  /// The model was asked again with the tools described in the prompt instead of offered, because the server swallowed
  /// what it wrote.
  case described
  /// The model was asked again with its answer bound to the schema of the tools.
  case bound
  /// Another model interpreted the answer.
  case interpreted
  /// The model was told its exact mistake and shown one right call.
  case retried
}
