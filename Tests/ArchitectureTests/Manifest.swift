import Testing

/// The targets that `Package.swift` declares, with the targets that each depends on.
struct Manifest {
  let dependencies: [String: Set<String>]

  /// Reads the manifest as text: every target has a `name:` and at most one `dependencies:` list of names.
  init() throws {
    let text = try PackageFolder.text("Package.swift")
    let targets = try #require(text.split(separator: "targets: [\n    //").last)
    var dependencies: [String: Set<String>] = [:]
    for piece in Manifest.pieces(of: targets, after: "name: ") {
      let strings = Manifest.strings(in: piece)
      let name = try #require(strings.first)
      let list = piece.split(separator: "dependencies: [", maxSplits: 1).dropFirst().first?.split(separator: "]").first
      dependencies[name] = Set(list.map(Manifest.strings) ?? [])
    }
    self.dependencies = dependencies
  }

  private static func pieces(of text: Substring, after word: String) -> [Substring] {
    var pieces: [Substring] = []
    var rest = text
    while let range = rest.firstRange(of: word) {
      rest = rest[range.upperBound...]
      let end = rest.firstRange(of: word)?.lowerBound ?? rest.endIndex
      pieces.append(rest[..<end])
    }
    return pieces
  }

  private static func strings(in text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }
}
