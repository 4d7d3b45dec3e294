/// How a run ended; the raw values reach disk and scripts.
package enum RunOutcome: String, CaseIterable, Codable, Sendable {
  case complete
  case unverified
  case partial
  case noProgress
  case needsUser
  case budget
  case unavailable
  case environment
  case conflict
  case configuration
  case internalError
  case interrupted

  /// The exit code of the program; `interrupted` is 130, or 143 where the signal was SIGTERM.
  package var exitCode: Int32 {
    switch self {
    case .complete: 0
    case .internalError: 1
    case .configuration: 2
    case .partial, .unverified: 3
    case .budget: 4
    case .needsUser: 5
    case .unavailable: 6
    case .environment: 7
    case .conflict: 8
    case .noProgress: 9
    case .interrupted: 130
    }
  }

  /// Whether `run` goes on with the same run instead of starting a new one.
  package var isResumable: Bool {
    switch self {
    case .interrupted, .unavailable, .environment, .budget, .conflict, .configuration, .internalError, .needsUser: true
    case .complete, .unverified, .partial, .noProgress: false
    }
  }
}
