/// The rules of one ignore file in Git's syntax.
struct IgnoreRules {
  private struct Rule {
    let pattern: GlobPattern
    let isNegated: Bool
    let foldersOnly: Bool
    /// Matched against the whole path; otherwise against the name alone.
    let isAnchored: Bool
  }

  private var rules: [Rule] = []

  init() {}

  init(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if let rule = Self.rule(Array(line)) { rules.append(rule) }
    }
  }

  /// Says whether a path or a folder above it is ignored; the last rule that fits decides.
  func ignores(_ components: [String], isFolder: Bool) -> Bool {
    guard !rules.isEmpty else { return false }
    let names = components.map { Array($0.utf8) }
    for depth in names.indices {
      let isFolder = isFolder || depth < names.count - 1
      if ignores(names[...depth], isFolder: isFolder) { return true }
    }
    return false
  }

  private func ignores(_ names: ArraySlice<[UInt8]>, isFolder: Bool) -> Bool {
    let path = Array(names.joined(separator: [UInt8(ascii: "/")]))
    let name = names.last ?? []
    let rule = rules.last { rule in
      (isFolder || !rule.foldersOnly) && rule.pattern.matches(rule.isAnchored ? path : name)
    }
    return rule.map { !$0.isNegated } ?? false
  }

  private static func rule(_ text: [UInt8]) -> Rule? {
    var text = text
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    while text.last == UInt8(ascii: " "), text.dropLast().last != UInt8(ascii: "\\") { text.removeLast() }
    if text.first == UInt8(ascii: "#") { return nil }
    let isNegated = text.first == UInt8(ascii: "!")
    if isNegated { text.removeFirst() }
    let foldersOnly = text.last == UInt8(ascii: "/")
    if foldersOnly { text.removeLast() }
    let isAnchored = text.contains(UInt8(ascii: "/"))
    if text.first == UInt8(ascii: "/") { text.removeFirst() }
    if text.isEmpty { return nil }
    return Rule(
      pattern: GlobPattern(text),
      isNegated: isNegated,
      foldersOnly: foldersOnly,
      isAnchored: isAnchored
    )
  }
}
