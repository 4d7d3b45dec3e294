/// The name of a snapshot in its store, such as `c12`; later ones have larger numbers, and none is given twice.
package struct SnapshotID: Hashable, Sendable {
  package let number: Int

  package init(number: Int) {
    self.number = number
  }
}

extension SnapshotID: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension SnapshotID: LosslessStringConvertible {
  /// Reads `c12`, or `12` alone.
  package init?(_ text: String) {
    let digits = text.utf8.first == UInt8(ascii: "c") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      digits.utf8.first != UInt8(ascii: "0"), let number = Int(digits)
    else { return nil }
    self.number = number
  }

  package var description: String { "c\(number)" }
}

extension SnapshotID: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = SnapshotID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no checkpoint's id.")
    }
    self = id
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
