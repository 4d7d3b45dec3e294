/// A text that was made shorter, with all that is needed to bring back every byte of it.
package struct OptimizedText: Hashable, Sendable {
  package let bytes: [UInt8]
  /// What was left out, in the order of the text.
  package let removals: [ContextRemoval]

  package init(bytes: [UInt8], removals: [ContextRemoval] = []) {
    self.bytes = bytes
    self.removals = removals
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text as it was before.
  package func restored() -> [UInt8] {
    var original: [UInt8] = []
    original.reserveCapacity(removals.reduce(bytes.count) { $0 + $1.removed.count })
    var position = 0
    for removal in removals {
      original += bytes[position..<removal.offset]
      original += removal.removed
      position = removal.offset + removal.length
    }
    return original + bytes[position...]
  }
}

/// A place of a shortened text at which a mark stands for what was there.
package struct ContextRemoval: Hashable, Sendable {
  package var step: ContextStep
  /// Where the mark begins in the shortened text, in bytes.
  package var offset: Int
  /// The bytes of the mark.
  package var length: Int
  /// Where the removed bytes begin in the text as it was.
  package var originalOffset: Int
  package var removed: [UInt8]

  package init(step: ContextStep, offset: Int, length: Int, originalOffset: Int, removed: [UInt8]) {
    self.step = step
    self.offset = offset
    self.length = length
    self.originalOffset = originalOffset
    self.removed = removed
  }
}
