/// Paths that belong to a tree although rules ignore them.
struct ExtraPaths: Sendable {
  let paths: Set<ProjectPath>
  /// What the user named: files, folders with all that is in them, and patterns of names.
  let named: [String]
  /// The folders above the paths, which are walked for their sake.
  private let folders: Set<ProjectPath>
  private let rules: IgnoreRules
  /// The folders below which names have to be looked for; the root's path is empty.
  private let bases: Set<[UInt8]>

  init(_ paths: Set<ProjectPath>, named: [String] = []) {
    (self.paths, self.named) = (paths, named)
    let patterns = named.compactMap(NamedFiles.init)
    rules = IgnoreRules(parsing: patterns.map(\.rule).joined(separator: "\n"))
    bases = Set(patterns.compactMap(\.base))
    var folders: Set<ProjectPath> = []
    for path in paths.union(patterns.map(\.start)) {
      var folder = path.parent
      while let next = folder, folders.insert(next).inserted { folder = next.parent }
    }
    self.folders = folders
  }

  func include(_ path: [UInt8], isFolder: Bool) -> Bool {
    guard !paths.isEmpty || !named.isEmpty else { return false }
    let place = ProjectPath(trusted: path)
    if (isFolder ? folders : paths).contains(place) { return true }
    guard !named.isEmpty else { return false }
    if rules.ignores(place, isFolder: isFolder) { return true }
    return isFolder
      && bases.contains { path.starts(with: $0) && (path.count == $0.count || $0.isEmpty || path[$0.count] == slash) }
  }
}

/// What one text of the user's names: a file, a folder with all that is in it, or whatever matches a pattern.
private struct NamedFiles {
  /// The line of an ignore file that matches the same.
  let rule: String
  /// The path up to the first component with a wildcard, or whole.
  let start: ProjectPath
  /// The folder below which names have to be looked for; nil where there is no wildcard.
  let base: [UInt8]?

  init?(_ text: String) {
    guard let path = try? ProjectPath(text), let bare = path.text else { return nil }
    let isFolder = text.hasSuffix("/")
    let components = bare.split(separator: "/", omittingEmptySubsequences: false)
    guard let wildcard = components.firstIndex(where: { $0.contains { "*?[\\".contains($0) } }) else {
      (rule, start, base) = ("/" + bare + (isFolder ? "/" : ""), path, nil)
      return
    }
    // Without a slash it is about names at any depth.
    rule = (components.count > 1 ? "/" : "") + bare + (isFolder ? "/" : "")
    let literal = components[..<wildcard].joined(separator: "/")
    base = Array(literal.utf8)
    // Something below the folder, for whose sake the folder and those above it are walked.
    start = ProjectPath(trusted: Array((literal.isEmpty ? "" : literal + "/").utf8) + [UInt8(ascii: "*")])
  }
}
