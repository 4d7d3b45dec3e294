/// How far an arbiter may go.
package struct ArbiterLimits: Hashable, Sendable {
  /// How often it may consult in one turn.
  package var consultations = 3
  /// How many useless answers end a turn.
  package var uselessAnswers = 2
  /// After so many turns in a row that came to nothing the rest of the run goes by the rules.
  package var fallbacksInARow = 5
  /// How long one turn may take.
  package var time: Duration = .seconds(300)
  /// How long one consultation may take of that.
  package var consultationTime: Duration = .seconds(150)

  package init() {}
}
