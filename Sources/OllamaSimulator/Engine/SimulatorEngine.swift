import JSON
import Synchronization

/// Decides how the simulated server answers.
final class SimulatorEngine: HTTPResponder {
  static let paths = ["/", "/api/version", "/api/tags", "/api/show", "/api/ps", "/api/chat"]
  static let version = "0.30.0"

  let scenario: Scenario
  let catalog: Catalog
  let state: Mutex<State>
  private let onRequest: (@Sendable (RecordedRequest) -> Void)?

  struct State {
    var rules: RuleBook
    var resident: ResidentModels
    var log: RequestLog
  }

  init(_ scenario: Scenario, keepsRequests: Bool, onRequest: (@Sendable (RecordedRequest) -> Void)?) {
    self.scenario = scenario
    self.onRequest = onRequest
    catalog = Catalog(scenario.models)
    state = Mutex(
      State(
        rules: RuleBook(scenario),
        resident: ResidentModels(limit: scenario.resident),
        log: RequestLog(keepsRequests: keepsRequests)
      )
    )
  }

  func answer(_ request: HTTPRequest, id: UInt64) -> HTTPAnswer {
    let body = request.body.isEmpty ? nil : Result { try JSONValue(parsing: request.body) }
    var recorded = RecordedRequest(
      id: Int(id),
      method: request.method,
      path: request.path,
      body: (try? body?.get()) ?? .null
    )
    let decision: Decision
    do throws(OllamaError) {
      decision = try decide(request, body, id: id)
    } catch {
      decision = Decision(.json(error.body, status: error.status))
    }
    recorded.ruleIndex = decision.ruleIndex
    if case .reply(let reply) = decision.answer { recorded.status = reply.status }
    update { state in state.log.append(recorded) }
    return decision.answer
  }

  func ended(id: UInt64, clientLeft: Bool) {
    var ended: RecordedRequest?
    update { state in ended = state.log.end(id: Int(id), clientLeft ? .clientLeft : .answered) }
    if let ended { onRequest?(ended) }
  }

  /// Changes the state, then resumes who waited for that.
  func update(_ change: (inout State) -> Void) {
    let resumptions = state.withLock { state in
      change(&state)
      return state.log.satisfiedWaiters()
    }
    for (continuation, result) in resumptions { continuation.resume(with: result) }
  }

  private func decide(
    _ request: HTTPRequest,
    _ body: Result<JSONValue, any Error>?,
    id: UInt64
  ) throws(OllamaError) -> Decision {
    guard Self.paths.contains(request.path) else { return Decision(.text("404 page not found", status: 404)) }
    let isPost = request.path == "/api/show" || request.path == "/api/chat"
    guard isPost ? request.method == "POST" : request.method == "GET" || request.method == "HEAD" else {
      return Decision(.text("405 method not allowed", status: 405))
    }
    if request.path == "/api/chat" { return try chat(try object(body), id: id) }
    let subject = RequestSubject(path: request.path)
    let ruleIndex = state.withLock { state in state.rules.match(subject) }
    let fault = ruleIndex.flatMap { scenario.rules[$0].fault }
    let answer: HTTPAnswer
    switch request.path {
    case "/": answer = .text("Ollama is running", status: 200, contentType: "text/plain; charset=utf-8")
    case "/api/version": answer = .json(["version": .string(Self.version)])
    case "/api/tags": answer = .json(catalog.tags)
    case "/api/ps": answer = .json(loadedModels())
    default: answer = .json(try show(try object(body)))
    }
    return Decision(answer.spoilt(by: fault), ruleIndex: ruleIndex)
  }

  private func object(_ body: Result<JSONValue, any Error>?) throws(OllamaError) -> JSONObject {
    guard let body else { throw OllamaError(400, "missing request body") }
    let value: JSONValue
    do {
      value = try body.get()
    } catch {
      let reason = (error as? JSONError)?.message ?? "\(error)"
      throw OllamaError(400, reason.contains("end") ? "unexpected EOF" : reason)
    }
    guard let object = value.object else { throw ChatRequest.mismatch(value, "value of type api.Request") }
    return object
  }

  private func show(_ body: JSONObject) throws(OllamaError) -> JSONValue {
    guard let name = body["model"]?.string ?? body["name"]?.string, !name.isEmpty else {
      throw OllamaError(400, "model is required")
    }
    guard let model = catalog.model(named: name) else {
      throw OllamaError(404, "model '\(canonicalModelName(name))' not found")
    }
    return catalog.details(of: model)
  }

  private func loadedModels() -> JSONValue {
    let now = ContinuousClock.now
    return catalog.loaded(state.withLock { state in state.resident.loadedModels(now: now) }, now: now)
  }
}

/// An answer and the rule of the scenario that it comes from.
struct Decision {
  let answer: HTTPAnswer
  let ruleIndex: Int?

  init(_ answer: HTTPAnswer, ruleIndex: Int? = nil) {
    self.answer = answer
    self.ruleIndex = ruleIndex
  }
}
