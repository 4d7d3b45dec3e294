import Pipeline
import SourceControl

/// The checkpoints that led to the present, as the journal tells of them: a rollback goes on from its target.
struct CheckpointHistory {
  /// Something that is known of the files at a moment.
  enum Entry {
    case checkpoint(SnapshotID)
    /// What a failed task had left at these paths was taken back.
    case takenBack(Set<ProjectPath>)
  }

  private struct Node {
    let entry: Entry
    let before: Int?
  }

  /// The events that tell of it.
  static let kinds: [Event.Kind] = [.checkpointCreated, .checkpointRestored]

  private var nodes: [Node] = []
  private var last: Int?
  private var positions: [SnapshotID: Int] = [:]

  init(_ events: [StoredEvent]) {
    for stored in events {
      switch stored.event {
      case .checkpointCreated(let event): add(event.checkpoint)
      case .checkpointRestored(let event):
        add(event.safety)
        if event.withState {
          last = positions[event.checkpoint]
          if last == nil { add(event.checkpoint) }
        } else {
          add(.takenBack(Set(event.restored)))
        }
      default: break
      }
    }
  }

  /// What led to the present, the latest first, back to a checkpoint if it is among that.
  func back(to end: SnapshotID) -> [Entry] {
    var entries: [Entry] = []
    var position = last
    while let index = position {
      entries.append(nodes[index].entry)
      if case .checkpoint(end) = nodes[index].entry { break }
      position = nodes[index].before
    }
    return entries
  }

  private mutating func add(_ checkpoint: SnapshotID) {
    // One that is taken again because nothing has changed is where it was.
    if let known = positions[checkpoint], known == last { return }
    add(.checkpoint(checkpoint))
    positions[checkpoint] = last
  }

  private mutating func add(_ entry: Entry) {
    nodes.append(Node(entry: entry, before: last))
    last = nodes.count - 1
  }
}
