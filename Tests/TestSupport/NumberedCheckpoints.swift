package import Pipeline
package import SourceControl
import Synchronization

/// Checkpoints that are only numbers, for projects without files.
package final class NumberedCheckpoints: Checkpointing {
  private let count = Mutex(0)

  package init() {}

  package func capture(_ moment: CheckpointMoment) -> SnapshotID {
    count.withLock { count in
      count += 1
      return SnapshotID(number: count)
    }
  }

  package func takeBack(_ task: TaskRecord) {}

  package func restore(_ task: TaskRecord, to checkpoint: SnapshotID) -> [ProjectPath: ObjectID?] { [:] }
}
