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
}
