/// Hides the secrets of the environment in text that is shown or recorded.
package struct SecretMask: Hashable, Sendable {
  package static let replacement = "[hidden]"

  /// Shorter values are left alone: hiding each `1` or `true` would only spoil the text.
  private static let shortest = 8

  /// What to hide, the longest first, so that one that contains another is hidden whole.
  private let secrets: [[UInt8]]

  /// A mask of the variables whose names say that they hold a secret.
  package init(environment: [String: String] = [:]) {
    let values = Set(environment.filter { Self.isSecret($0.key) }.map { Array($0.value.utf8) })
    secrets = values.filter { $0.count >= Self.shortest }.sorted {
      $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count
    }
  }

  /// Tells whether a variable of that name holds a secret, which no child process may see.
  package static func isSecret(_ name: String) -> Bool {
    let name = name.uppercased()
    return name.hasSuffix("_KEY") || ["APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD"].contains { name.contains($0) }
  }

  /// The environment without its secrets, for a child process.
  package static func withoutSecrets(_ environment: [String: String]) -> [String: String] {
    environment.filter { !isSecret($0.key) }
  }

  /// The text with every secret replaced.
  package func mask(_ text: String) -> String {
    guard !secrets.isEmpty else { return text }
    let bytes = Array(text.utf8)
    return mask(bytes).map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// The bytes with every secret replaced, or nil if there is none in them.
  package func mask(_ bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8]?
    var copied = 0
    var index = 0
    let firstBytes = Set(secrets.compactMap { $0.first })
    while index < bytes.count {
      guard firstBytes.contains(bytes[index]),
        let secret = secrets.first(where: { bytes[index...].starts(with: $0) })
      else {
        index += 1
        continue
      }
      result = (result ?? []) + bytes[copied..<index] + Array(Self.replacement.utf8)
      index += secret.count
      copied = index
    }
    return result.map { $0 + bytes[copied...] }
  }
}
