/// The exact name of a model, tag included, as a server lists it.
///
/// A name without a tag means `:latest`, as it does for Ollama. Two names are equal only if all their bytes are.
package struct ModelName: Hashable, Sendable, CustomStringConvertible {
  /// The name with its tag.
  package let description: String

  /// Makes a name from what a user or a server wrote, or nothing if it is empty or contains white space.
  package init?(_ text: String) {
    guard !text.isEmpty, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
    // A colon before the last slash is a registry's port, not the start of a tag.
    let last =
      text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? Substring(text).utf8
    guard !last.isEmpty, last.last != UInt8(ascii: ":") else { return nil }
    description = last.contains(UInt8(ascii: ":")) ? text : text + ":latest"
  }

  /// The part before the tag.
  package var base: String {
    let end = description.utf8.lastIndex(of: UInt8(ascii: ":")) ?? description.utf8.endIndex
    return String(description[..<end])
  }

  /// The part after the last colon.
  package var tag: String {
    String(description.utf8.dropFirst(base.utf8.count + 1)) ?? "latest"
  }
}

extension ModelName: Comparable {
  package static func < (left: ModelName, right: ModelName) -> Bool { left.description < right.description }
}

extension ModelName: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    guard let name = ModelName(text) else { preconditionFailure("A literal model name is never empty.") }
    self = name
  }
}

extension ModelName: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let name = ModelName(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no name of a model.")
    }
    self = name
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
