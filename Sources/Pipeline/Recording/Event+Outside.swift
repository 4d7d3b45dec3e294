extension Event {
  /// Whether the event tells of something that no replay meets: a server's window or failure, the user's machine.
  package var isOutside: Bool {
    switch self {
    case .warning(let event): event.step == nil || event.isRetry == true
    // Taken when a run starts, from which the replay begins.
    case .checkpointCreated(let event): event.step == nil && event.task == nil
    default: false
    }
  }

  /// Whether no run at work stores the event, but a command of the user between two starts.
  package var isByHand: Bool {
    switch self {
    case .migration, .comparison, .workflow: true
    case .taskChanged(let event): event.event == .reopened
    // A run brings back files alone.
    case .checkpointRestored(let event): event.withState
    default: false
    }
  }
}
