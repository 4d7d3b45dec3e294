import Testing
import Wording

@Suite struct SuggestionTests {
  private static let words = ["run", "resume", "status", "models", "checkpoints", "task_attempts", "log"]

  @Test(arguments: [
    ("rnu", "run"), ("statsu", "status"), ("model", "models"), ("chekcponits", "checkpoints"), ("RUN", "run"),
    ("taskattempts", "task_attempts"), ("runn", "run"),
  ])
  func findsTheWordThatWasMeant(_ typed: String, _ meant: String) {
    #expect(closest(to: typed, in: Self.words) == meant)
  }

  @Test(arguments: ["", "x", "fly", "checks", "something-else", "lg2x"])
  func suggestsNothingUnrelated(_ typed: String) {
    #expect(closest(to: typed, in: Self.words) == nil)
  }

  @Test func theNearestWins() {
    #expect(closest(to: "tasks", in: ["task", "tasked", "masks", "tasks2"]) == "task")
  }
}
