import SourceControl

extension RecordedItem {
  /// Stands before the digest of a text, and begins no JSON; texts from before there were digests have neither.
  private static let mark: UInt8 = 1
  private static let digestSize = 20

  /// The text of an item as it is stored: with a digest before it, so that a changed byte is noticed.
  static func sealed(_ text: [UInt8], of kind: Kind) throws -> [UInt8] {
    try [mark] + digest(of: text, kind).bytes + text
  }

  /// Reads what `sealed` made; nil where it is not what was written.
  static func unsealed(_ bytes: [UInt8], of kind: Kind) -> [UInt8]? {
    guard bytes.first == mark else { return bytes }
    guard bytes.count > digestSize else { return nil }
    let text = Array(bytes[(digestSize + 1)...])
    guard let digest = try? digest(of: text, kind) else { return nil }
    return bytes[1...digestSize].elementsEqual(digest.bytes) ? text : nil
  }

  private static func digest(of text: [UInt8], _ kind: Kind) throws -> ObjectID {
    try ObjectID(blob: Array(kind.rawValue.utf8) + [0] + text)
  }
}
