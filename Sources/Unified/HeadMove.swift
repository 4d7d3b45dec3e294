package import SourceControl

/// How HEAD of the user's own repository has moved since a checkpoint; no rollback moves it.
package struct HeadMove: Hashable, Sendable, CustomStringConvertible {
  package let then: GitHead
  package let now: GitHead

  /// Nil where it is where it was, or one of both is not known.
  init?(since checkpoint: Snapshot, to now: GitHead?) {
    let known = checkpoint.label[GitHead.trailer].flatMap { GitHead($0) }
    guard let now, let then = known, then != now else { return nil }
    (self.then, self.now) = (then, now)
  }

  package var description: String {
    if let branch = now.branch, branch == then.branch {
      let places = "was \(Self.place(then)) then and is \(Self.place(now)) now"
      return "Your branch '\(branch)' \(places); a rollback does not move it."
    }
    let places = "was on \(Self.whole(then)) then and is on \(Self.whole(now)) now"
    return "Your repository \(places); a rollback does not switch branches."
  }

  private static func place(_ head: GitHead) -> String {
    head.commit.map { "at \($0.prefix(7))" } ?? "without a commit"
  }

  private static func whole(_ head: GitHead) -> String {
    "\(head.branch.map { "branch '\($0)'" } ?? "no branch") \(place(head))"
  }
}

extension CheckpointStore {
  /// How HEAD of the user's own repository has moved since a checkpoint; nil where it has not, or that is not known.
  package func headMove(since id: SnapshotID) async throws -> HeadMove? {
    let snapshots = try await snapshots()
    return HeadMove(since: try snapshots.snapshot(id), to: snapshots.head)
  }
}
