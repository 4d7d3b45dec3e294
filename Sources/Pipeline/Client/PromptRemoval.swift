/// A part of a message that was left out of a prompt; the message itself is stored whole.
package struct PromptRemoval: Hashable, Codable, Sendable {
  /// The position of the message in the conversation, from 0.
  package var message: Int
  /// In a word, why this could go.
  package var step: String
  /// Where the part begins in the message's content, in bytes of UTF-8.
  package var offset: Int
  package var bytes: Int

  /// The step that puts a note in the place of a tool's result.
  package static let masked = "masked"

  package init(message: Int, step: String, offset: Int, bytes: Int) {
    self.message = message
    self.step = step
    self.offset = offset
    self.bytes = bytes
  }
}
