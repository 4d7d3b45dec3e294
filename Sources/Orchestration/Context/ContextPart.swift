/// One text of several that are made shorter together, such as a message of a prompt.
package struct ContextPart: Hashable, Sendable {
  /// What may be done to a part.
  package enum Kind: Hashable, Sendable {
    /// Nothing; other parts may still refer to its lines.
    case fixed
    /// What a tool printed: lines may be left out for lines above, whether they are code or not.
    case output
    /// Anything else, in which code stays as it is.
    case text
  }

  /// UTF-8, of which no character is ever parted.
  package var bytes: [UInt8]
  package var kind: Kind

  package init(_ bytes: [UInt8], kind: Kind = .text) {
    self.bytes = bytes
    self.kind = kind
  }
}
