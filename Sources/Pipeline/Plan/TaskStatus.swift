/// Where a task stands; the raw values reach disk.
package enum TaskStatus: String, CaseIterable, Codable, Sendable {
  case pending
  case inReview
  case needsFix
  case needsUser
  case done
  case failed
  case blocked

  /// Whether the pipeline still has something to do for the task, be it to wait.
  package var isOpen: Bool {
    switch self {
    case .pending, .inReview, .needsFix, .needsUser: true
    case .done, .failed, .blocked: false
    }
  }
}
