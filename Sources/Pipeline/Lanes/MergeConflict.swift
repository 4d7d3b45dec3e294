import SourceControl

/// A file that a task and the project have both changed, so that only the task's model can say what it should be.
struct MergeConflict {
  enum Kind {
    /// Both sides are in the file, between marks.
    case marked
    /// The project's version is in the worktree, because the file is no text.
    case noText
    /// The file is not in the project any more, and so not in the worktree.
    case removedThere
    /// The task had removed the file, which is in the worktree again.
    case removedHere
  }

  /// Longer contents are not told.
  private static let longest = 8000

  let path: ProjectPath
  /// What the task had made of it.
  let mine: [UInt8]?
  let kind: Kind

  /// What the next attempt must see.
  static func report(_ conflicts: [MergeConflict]) -> String {
    let opening = "The project has meanwhile changed in the same places as this task."
    let advice = "Both changes are wanted: the task's must be joined with the project's."
    return ([opening, advice] + conflicts.map(\.words)).joined(separator: "\n\n")
  }

  private var words: String {
    switch kind {
    case .marked:
      "`\(path)` holds both versions. Between the lines '<<<<<<< \(LaneRecord.myLabel)' and '=======' is what this task "
        + "wrote, from there to '>>>>>>> \(LaneRecord.theirLabel)' what the project has now. Write what does both, and "
        + "leave none of these marks."
    case .noText:
      "`\(path)` is no text and could not be merged. The project's version is there now; make the task's change again."
    case .removedThere:
      "`\(path)` is not in the project any more. Make it again only if the task still needs it.\(version)"
    case .removedHere:
      "`\(path)`, which this task had removed, was changed in the project and is there again. Remove it only if nothing "
        + "needs it any more."
    }
  }

  private var version: String {
    guard let mine, mine.count <= Self.longest, let text = String(validating: mine, as: UTF8.self) else { return "" }
    let fence = text.contains("```") ? "````" : "```"
    return " This was the task's version:\n\n\(fence)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)"
  }
}
