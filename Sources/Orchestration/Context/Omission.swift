/// The marks that stand in a text for what was left out.
enum Omission {
  /// With what every mark begins; a line that has it is never changed again.
  private static let opening = Array("[… ".utf8)
  private static let closing = Array(" …]".utf8)

  static func mark(_ words: String, isLine: Bool) -> [UInt8] {
    var mark = opening
    mark += words.utf8
    mark += closing
    if isLine { mark.append(0x0A) }
    return mark
  }

  /// Whether the byte E2 at `index` is the second of a mark.
  static func begins(at index: Int, in span: Span<UInt8>) -> Bool {
    guard index > 0, index + 2 < span.count, span[index - 1] == opening[0] else { return false }
    return span[index + 1] == opening[2] && span[index + 2] == opening[3]
  }

  /// A number with its noun.
  static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}
