import CSystem

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

  /// Whether there is any secret to hide.
  package var hidesAnything: Bool { !secrets.isEmpty }

  /// The text with every secret replaced.
  package func mask(_ text: String) -> String {
    guard !secrets.isEmpty else { return text }
    return mask(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// The bytes with every secret replaced, or nil if there is none in them.
  package func mask(_ bytes: [UInt8]) -> [UInt8]? {
    let found = secrets.filter { contains(bytes, $0) }
    guard !found.isEmpty else { return nil }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let secret = found.first(where: { bytes[index...].starts(with: $0) }) {
        result += Self.replacement.utf8
        index += secret.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private func contains(_ bytes: [UInt8], _ secret: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { text in
      unsafe secret.withUnsafeBytes { sought in
        unsafe memmem(text.baseAddress, text.count, sought.baseAddress, sought.count) != nil
      }
    }
  }
}
