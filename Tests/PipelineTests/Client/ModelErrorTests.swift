import Pipeline
import Testing

@Suite struct ModelErrorTests {
  @Test(
    arguments: [
      (
        .timeout(.idle, server: "gpu", after: .milliseconds(1500)),
        "The model server 'gpu' fell silent in the middle of its answer for 1.5 s."
      ),
      (
        .serverError(server: "gpu", status: 503, message: "server busy, please try again"),
        "The model server 'gpu' failed with HTTP 503: server busy, please try again."
      ),
      (
        .refused(server: "gpu", status: 401, message: "unauthorized"),
        "The model server 'gpu' refused the request with HTTP 401: unauthorized. "
          + "Set OLLAMA_API_KEY, or OPENAI_API_KEY for a server of kind 'openai', if it asks for a key."
      ),
      (
        .overContext(promptTokens: 9, limit: 8),
        "The prompt of 9 tokens does not fit into the context window of 8 tokens. Raise 'num_ctx', or split the task."
      ),
      (
        .overContext(promptTokens: 7, limit: 8),
        "The prompt of 7 tokens and an answer do not fit into the context window of 8 tokens. "
          + "Raise 'num_ctx', or split the task."
      ),
      (
        .modelMissing("b:1", at: [.init(server: "x", models: ["c", "a:2"]), .init(server: "y", models: [])]),
        "No server has the model 'b:1'. 'x' has 'a:2', 'c:latest'. 'y' has no model. "
          + "Name one of these in 'autonomy.json', or run 'ollama pull b:1' on the server."
      ),
      (
        .modelMissing("a", at: [.init(server: "x", models: ["a:2"])]),
        "No server has the model 'a:latest'. 'x' has 'a:2'. "
          + "Did you mean 'a:2'? A name must match exactly, tag included; without one it means ':latest'. "
          + "Else run 'ollama pull a:latest' on the server."
      ),
      (
        .modelMissing("m:1", at: [.init(server: "x", models: ["m:1"])]),
        "The model server 'x' lists the model 'm:1', but answers that it has none of this name. "
          + "Restart it, run 'ollama pull m:1' on it, or name another in 'autonomy.json'."
      ),
      (
        .unavailable(server: "gpu", last: "busy", after: .zero, asksFor: .seconds(3600)),
        "The model server 'gpu' asks to wait for 1h, which is longer than 'limits.server_patience' allows. "
          + "The last error: busy."
      ),
    ] as [(ModelError, String)]
  )
  func saysWhatHappenedAndWhatToDo(error: ModelError, text: String) {
    #expect(error.description == text)
  }

  @Test func namesAllModelsThatAreMissing() {
    #expect(
      ModelError.missing(["a:1", "b"], stocks: [.init(server: "x", models: ["c:1", "b:7"])])
        == "No server has the models 'a:1', 'b:latest'. 'x' has 'b:7', 'c:1'. Did you mean 'b:7'? A name must match "
        + "exactly, tag included; without one it means ':latest'. Else run 'ollama pull a:1' and "
        + "'ollama pull b:latest' on the server."
    )
  }

  @Test(
    arguments: [
      (.transport(server: "x", message: ""), true),
      (.timeout(.load, server: "x", after: .zero), true),
      (.malformedStream(server: "x", message: ""), true),
      (.serverError(server: "x", status: 500, message: ""), true),
      (.refused(server: "x", status: 429, message: ""), true),
      (.refused(server: "x", status: 400, message: ""), false),
      (.unmatchedScenario(""), false),
      (.unusable(server: "x", message: ""), false),
      (.overContext(promptTokens: nil, limit: nil), false),
      (.promptCut(server: "x", sent: 2, seen: 1), false),
      (.cancelled, false),
    ] as [(ModelError, Bool)]
  )
  func isRetryableOnlyIfWaitingMayHelp(error: ModelError, isRetryable: Bool) {
    #expect(error.isRetryable == isRetryable)
  }

  @Test(
    arguments: [
      .overContext(promptTokens: nil, limit: nil), .promptCut(server: "x", sent: 2, seen: 1),
      .answerTooLong(server: "x", limit: 1), .cancelled,
    ] as [ModelError]
  )
  func blamesTheServerOnlyForWhatItDid(error: ModelError) {
    #expect(!error.isInfrastructure)
  }
}
