import Pipeline
import SourceControl

/// Which files the user has changed since any checkpoint, as the journal tells it of the files that are there now.
///
/// It follows their history: a rollback brings back what was so at its target, and what the user had changed by then.
struct UserChanges {
  /// The last change of a file by the user.
  struct Change {
    /// The number of the event that tells of it.
    let sequence: Int
    /// The first checkpoint that holds what the user left; nil while there is none.
    var holder: SnapshotID?
  }

  private struct Moment {
    let sequence: Int
    let changes: [ProjectPath: Change]
  }

  /// The events that tell of it.
  static let kinds: [Event.Kind] = [.userChanged, .checkpointCreated, .checkpointRestored]

  private var changes: [ProjectPath: Change] = [:]
  /// The files among those that no checkpoint holds yet.
  private var unheld: Set<ProjectPath> = []
  private var moments: [SnapshotID: Moment] = [:]

  init(_ events: [StoredEvent]) {
    for event in events { take(event) }
  }

  /// The files that the user changed after a checkpoint was taken; all, where the journal does not tell of it.
  func since(_ checkpoint: SnapshotID) -> [ProjectPath: Change] {
    let sequence = moments[checkpoint]?.sequence ?? 0
    return changes.filter { $0.value.sequence > sequence }
  }

  private mutating func take(_ stored: StoredEvent) {
    switch stored.event {
    case .userChanged(let event):
      for path in event.paths { changes[path] = Change(sequence: stored.sequence, holder: nil) }
      unheld.formUnion(event.paths)
    case .checkpointCreated(let event):
      capture(event.byUser, in: event.checkpoint, at: stored.sequence)
    case .checkpointRestored(let event):
      capture(event.byUser, in: event.safety, at: stored.sequence)
      // What a failed task left is nothing that the user did.
      guard event.withState else { return }
      let present = changes
      changes = moments[event.checkpoint]?.changes ?? present
      for path in event.kept {
        changes[path] = present[path] ?? Change(sequence: stored.sequence, holder: event.safety)
      }
    default:
      break
    }
  }

  /// Takes note of a checkpoint of the present, and of files that only it has shown to be changed.
  private mutating func capture(_ paths: [ProjectPath]?, in checkpoint: SnapshotID, at sequence: Int) {
    for path in paths ?? [] { changes[path] = Change(sequence: sequence, holder: checkpoint) }
    for path in unheld where changes[path]?.holder == nil { changes[path]?.holder = checkpoint }
    unheld = []
    moments[checkpoint] = Moment(sequence: sequence, changes: changes)
  }
}
