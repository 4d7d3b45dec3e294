/// One line of an ignore file.
struct IgnorePattern: Hashable, Sendable {
  /// Whether the line takes back what earlier lines ignore.
  let isNegative: Bool
  private let pattern: [UInt8]
  private let matchesFoldersOnly: Bool
  /// Whether the pattern, having no slash, is about the last component at any depth.
  private let matchesNames: Bool
  /// The number of bytes before the first wildcard.
  private let literalCount: Int

  /// Reads a line without its line feed, or nothing if the line holds no pattern.
  init?(line: ArraySlice<UInt8>) {
    // As in C, where a line is a string, a NUL ends it.
    var rest = line.prefix { $0 != 0 }
    guard rest.first != UInt8(ascii: "#") else { return nil }
    if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
    rest = Self.trimmingSpaces(rest)
    isNegative = rest.first == UInt8(ascii: "!")
    if isNegative { rest.removeFirst() }
    matchesFoldersOnly = rest.last == slash
    if matchesFoldersOnly { rest.removeLast() }
    guard !rest.isEmpty else { return nil }
    matchesNames = !rest.contains(slash)
    if !matchesNames, rest.first == slash { rest.removeFirst() }
    pattern = Array(rest)
    literalCount = pattern.firstIndex { wildcards.contains($0) } ?? pattern.count
  }

  /// Tells whether the pattern is about `path`, which is relative to the folder of the ignore file.
  func matches(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
    if matchesFoldersOnly && !isFolder { return false }
    let subject = matchesNames ? name : path
    guard subject.starts(with: pattern[..<literalCount]) else { return false }
    if literalCount == pattern.count { return subject.count == literalCount }
    // What follows the literal part counts as the beginning, so that `a/b**/c` crosses slashes; Git does the same.
    let wildcard = Wildcard(pattern: pattern[(matchesNames ? 0 : literalCount)...], stopsAtSlash: !matchesNames)
    return wildcard.matches(matchesNames ? name : path.dropFirst(literalCount))
  }

  /// Drops the spaces at the end that no backslash protects.
  private static func trimmingSpaces(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var position = line.startIndex
    while position < line.endIndex {
      if line[position] == UInt8(ascii: "\\") {
        guard position + 1 < line.endIndex else { return line }
        position += 2
        end = position
      } else {
        position += 1
        if line[position - 1] != UInt8(ascii: " ") { end = position }
      }
    }
    return line[..<end]
  }
}

private let wildcards = Array("*?[\\".utf8)
