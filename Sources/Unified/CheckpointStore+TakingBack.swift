import Pipeline
import SourceControl

/// A rollback that did not come to its end.
package struct RollbackFailed: Error, Hashable, CustomStringConvertible {
  /// Whether everything is as it was before it; if not, the project is between two states.
  package let isTakenBack: Bool
  package let description: String
}

/// How a rollback ended that was found begun.
package enum RollbackEnding: Hashable, Sendable {
  /// It was carried to its end; what stood in its way was moved to the places given.
  case completed(rescued: [String])
  /// It could not be carried out, for the reason given, and everything is as it was before it.
  case takenBack(String)
}

extension CheckpointStore {
  /// Carries out what is written down, or takes it back and ends it as not done.
  ///
  /// Throws `RollbackFailed` in the second case, and where even that cannot be.
  func carryOut(_ record: RollbackRecord, _ snapshots: SnapshotStore) async throws -> RestoreReport {
    do {
      return try snapshots.apply(record.plan)
    } catch {
      let failure = "\(error)"
      do {
        try snapshots.takeBack(record.plan)
      } catch {
        throw RollbackFailed(
          isTakenBack: false,
          description:
            "The rollback of '\(project)' to '\(record.target)' is half done. It could not go on: \(failure) "
            + "It could not be taken back: \(error) Mend that, and the next command ends it; what was there before is "
            + "in '\(record.safety)'."
        )
      }
      let description =
        "The rollback to '\(record.target)' could not be made: \(failure) What it had done was taken back, so "
        + "everything is as it was before."
      try await commit([.rollbackAbandoned(record.number)], [.warning(MessageEvent(message: description))])
      throw RollbackFailed(isTakenBack: true, description: description)
    }
  }
}
