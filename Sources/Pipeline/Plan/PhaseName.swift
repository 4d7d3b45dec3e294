/// The phases of a run; the raw values reach disk, models and the screen.
package enum PhaseName: String, CaseIterable, Codable, Sendable {
  case planning
  case coding
  case qa
  case debugging
  case documentation
}
