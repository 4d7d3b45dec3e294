import Orchestration
import Pipeline
import Synchronization

/// A decision log that is only a list of events, read as the real one reads its journal.
final class InMemoryDecisionLog: DecisionLog, EventSink {
  private let heard = Mutex<[Event]>([])

  init(_ events: [Event] = []) {
    heard.withLock { $0 = events }
  }

  var events: [Event] { heard.withLock { $0 } }

  var consultations: [ConsultationEvent] {
    events.compactMap { if case .consultation(let event) = $0 { event } else { nil } }
  }

  func receive(_ events: [StoredEvent]) { heard.withLock { $0 += events.map { $0.event } } }

  func note(_ event: Event) { heard.withLock { $0.append(event) } }

  func recentDecisions(_ count: Int) -> [PastDecision] { PastDecision.last(count, in: events) }

  func answer(to key: ConsultationKey) -> String? { key.answer(in: events) }

  func note(_ consultation: ConsultationEvent) { note(.consultation(consultation)) }

  func note(_ fallback: FallbackEvent) { note(.fallback(fallback)) }
}
