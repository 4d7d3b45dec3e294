/// What can happen to a task.
package enum TaskEvent: String, CaseIterable, Codable, Sendable {
  case coded
  case codingFailed
  case approved
  case rejected
  case noVerdict
  case fixed
  case fixFailed
  case gateFailed
  case asked
  case answered
  case dependencyFailed
  case leftPlan
  /// The core gave the task up: no progress, or a prompt that never fits.
  case abandoned
  /// The worktree that it was worked on in is gone.
  case workLost
  case reopened
}

extension TaskStatus {
  /// The status after `event`, or nil where the event is impossible: the only place where a status changes.
  ///
  /// `hasAttemptsLeft` is judged after the attempt that the event draws; `waitingFrom` is where a question was asked.
  package func after(_ event: TaskEvent, hasAttemptsLeft: Bool, waitingFrom: TaskStatus? = nil) -> TaskStatus? {
    switch (self, event) {
    case (.pending, .coded), (.needsFix, .fixed): .inReview
    case (.pending, .codingFailed): hasAttemptsLeft ? .pending : .failed
    case (.inReview, .approved): .done
    case (.inReview, .rejected), (.done, .gateFailed): hasAttemptsLeft ? .needsFix : .failed
    case (.inReview, .noVerdict): hasAttemptsLeft ? .inReview : .failed
    case (.needsFix, .fixFailed): hasAttemptsLeft ? .needsFix : .failed
    case (.pending, .asked), (.inReview, .asked), (.needsFix, .asked): .needsUser
    case (.needsUser, .answered): waitingFrom
    case (.pending, .dependencyFailed): .blocked
    case (_, .leftPlan): isOpen ? .blocked : nil
    case (.pending, .abandoned), (.inReview, .abandoned), (.needsFix, .abandoned): .failed
    case (.pending, .workLost), (.inReview, .workLost), (.needsFix, .workLost): .pending
    case (_, .reopened): isOpen ? nil : .pending
    default: nil
    }
  }
}
