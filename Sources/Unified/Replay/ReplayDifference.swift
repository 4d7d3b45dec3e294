import SourceControl

/// The first thing in which a replay is not what the record says.
package struct ReplayDifference: Hashable, Sendable {
  /// The step in which it was noticed; nil before the first.
  package let step: Int?
  /// What is different, as one sentence.
  package let cause: String
  /// What the record has and what the replay came to, as lines that begin with `-` and `+`.
  package let lines: [String]

  package init(step: Int?, _ cause: String, lines: [String] = []) {
    self.step = step
    self.cause = cause
    self.lines = lines
  }
}

extension ReplayDifference {
  /// The same, with what may be its cause where these files of the project were not there to be played with.
  func inView(of missing: [ProjectPath]) -> ReplayDifference {
    guard let first = missing.first else { return self }
    let files = "'\(first)'\(missing.count > 1 ? " and others" : "")"
    let words = "The checkpoint that it began with could not take in \(files); that may be why."
    return ReplayDifference(step: step, "\(cause) \(words)", lines: lines)
  }

  private static let context = 2
  private static let most = 12

  /// The lines of two texts around the first in which they differ.
  static func lines(_ recorded: String, _ now: String) -> [String] {
    let old = recorded.split(separator: "\n", omittingEmptySubsequences: false)
    let new = now.split(separator: "\n", omittingEmptySubsequences: false)
    let same = zip(old, new).prefix { $0 == $1 }.count
    let isSameEnd = zip(old.dropFirst(same).reversed(), new.dropFirst(same).reversed()).prefix { $0 == $1 }.count
    let before = old[max(0, same - context)..<same].map { "  \($0)" }
    let gone = old[same..<(old.count - isSameEnd)].map { "- \($0)" }
    let come = new[same..<(new.count - isSameEnd)].map { "+ \($0)" }
    return before + cut(gone) + cut(come)
  }

  private static func cut(_ lines: [String]) -> [String] {
    guard lines.count > most else { return lines }
    return lines.prefix(most) + ["  (\(lines.count - most) more lines)"]
  }
}
