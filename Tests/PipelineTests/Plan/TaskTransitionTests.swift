import Pipeline
import Testing

@Suite struct TaskTransitionTests {
  /// The table of the design: status, event, with an attempt left, without one.
  static let table: [(TaskStatus, TaskEvent, TaskStatus?, TaskStatus?)] = [
    (.pending, .coded, .inReview, .inReview),
    (.pending, .codingFailed, .pending, .failed),
    (.inReview, .approved, .done, .done),
    (.inReview, .rejected, .needsFix, .failed),
    (.inReview, .noVerdict, .inReview, .failed),
    (.needsFix, .fixed, .inReview, .inReview),
    (.needsFix, .fixFailed, .needsFix, .failed),
    (.done, .gateFailed, .needsFix, .failed),
    (.pending, .asked, .needsUser, .needsUser),
    (.inReview, .asked, .needsUser, .needsUser),
    (.needsFix, .asked, .needsUser, .needsUser),
    (.needsUser, .answered, .needsFix, .needsFix),
    (.pending, .dependencyFailed, .blocked, .blocked),
    (.pending, .leftPlan, .blocked, .blocked),
    (.inReview, .leftPlan, .blocked, .blocked),
    (.needsFix, .leftPlan, .blocked, .blocked),
    (.needsUser, .leftPlan, .blocked, .blocked),
    (.pending, .abandoned, .failed, .failed),
    (.inReview, .abandoned, .failed, .failed),
    (.needsFix, .abandoned, .failed, .failed),
    (.pending, .workLost, .pending, .pending),
    (.inReview, .workLost, .pending, .pending),
    (.needsFix, .workLost, .pending, .pending),
    (.done, .reopened, .pending, .pending),
    (.failed, .reopened, .pending, .pending),
    (.blocked, .reopened, .pending, .pending),
  ]

  @Test func hasExactlyTheTransitionsOfTheTable() {
    for status in TaskStatus.allCases {
      for event in TaskEvent.allCases {
        let row = Self.table.first { $0.0 == status && $0.1 == event }
        #expect(status.after(event, hasAttemptsLeft: true, waitingFrom: .needsFix) == row?.2, "\(status) \(event)")
        #expect(status.after(event, hasAttemptsLeft: false, waitingFrom: .needsFix) == row?.3, "\(status) \(event)")
      }
    }
  }

  @Test func namesOfStatusesReachDiskUnchanged() {
    #expect(
      TaskStatus.allCases.map(\.rawValue)
        == ["pending", "inReview", "needsFix", "needsUser", "done", "failed", "blocked"]
    )
  }
}
