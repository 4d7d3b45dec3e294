/// The rules of one ignore file, in the syntax and with the meaning of `.gitignore`.
package struct IgnoreRules: Hashable, Sendable {
  private let patterns: [IgnorePattern]

  package init(parsing bytes: [UInt8]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    patterns = text.split(separator: UInt8(ascii: "\n")).compactMap { IgnorePattern(line: $0) }
  }

  package init(parsing text: String) {
    self.init(parsing: Array(text.utf8))
  }

  package static let none = IgnoreRules(parsing: [])

  package var isEmpty: Bool { patterns.isEmpty }

  /// Tells whether the rules, standing at the project's root, leave out `path` or a folder above it.
  package func ignores(_ path: ProjectPath, isFolder: Bool = false) -> Bool {
    let bytes = path.bytes
    for end in bytes.indices where bytes[end] == UInt8(ascii: "/") {
      if verdict(on: bytes[..<end], isFolder: true) == true { return true }
    }
    return verdict(on: bytes[...], isFolder: isFolder) == true
  }

  /// What the last rule that is about `path` says: true to ignore, false to keep; nil if no rule is about it.
  func verdict(on path: ArraySlice<UInt8>, isFolder: Bool) -> Bool? {
    let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.startIndex)...]
    return patterns.last { $0.matches(path, name: name, isFolder: isFolder) }.map { !$0.isNegative }
  }
}
