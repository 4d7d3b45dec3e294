import Pipeline
import Testing

@Suite struct ModelHealthTests {
  private let health = ModelHealth()

  private func hear(_ event: Event) {
    health.receive([StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: event)])
  }

  private func answer(of model: String) -> Event {
    .modelResponse(ModelResponseEvent(step: 1, model: model, server: "one", finish: "stop", tools: [], seconds: 1))
  }

  @Test func aModelFailsUntilItAnswers() {
    hear(.warning(MessageEvent(message: "Something else.", step: 1)))
    #expect(health.failing.isEmpty)
    hear(.warning(MessageEvent(message: "No answer.", step: 1, model: "b:7b@one")))
    hear(.warning(MessageEvent(message: "No answer.", step: 1, model: "a:7b@one")))
    #expect(health.failing == ["a:7b@one", "b:7b@one"])
    hear(answer(of: "b:7b"))
    #expect(health.failing == ["a:7b@one"])
  }
}
