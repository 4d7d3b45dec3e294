import JSON
import Orchestration
import Pipeline
import SourceControl
import Testing

/// The choice of a step's model from the state, the servers and the budget.
@Suite struct RoutedModelsTests {
  private struct Watch: ServerWatching {
    var servers = ServerStanding()
    func standing() async -> ServerStanding { servers }
  }

  private static func candidate(
    _ name: ModelName,
    _ server: String,
    _ change: (inout ModelProfile) -> Void = { _ in }
  ) -> RoutingCandidate {
    var profile = SampleModels.model(name.description, [.weak], window: 20_000)
    change(&profile)
    let model = PhaseModel(
      role: "",
      name: name,
      server: server,
      numContext: profile.window,
      numPredict: 1000,
      price: profile.price
    )
    return RoutingCandidate(model: model, profile: profile)
  }

  private func selection(
    _ candidates: [RoutingCandidate],
    _ servers: ServerStanding = ServerStanding(),
    health: ModelHealth = ModelHealth(),
    money: MoneyAccount = MoneyAccount(),
    bytes: Int = 3000,
    state: PipelineState = PipelineState(),
    task: TaskRecord? = nil
  ) async throws -> ModelSelection {
    let models = RoutedModels(
      RoutingSettings(),
      candidates: candidates,
      roles: [.documentation: "analysis"],
      watch: Watch(servers: servers),
      health: health,
      money: money,
      day: "2026-11-21"
    )
    let phase = task == nil ? PhaseName.documentation : .coding
    let decision = Decision(action: .phase(phase, task?.id), reason: "", maker: "rules")
    let step = OpenStep(number: 1, decision: decision, progress: "", baseTree: .emptyTree)
    return try await models.selection(
      for: StepDemand(
        step: step,
        phase: phase,
        task: task,
        state: state,
        estimator: TokenEstimator()
      ) { bytes }
    )
  }

  @Test func aServerThatDoesNotAnswerIsPassedOver() async throws {
    let candidates = [Self.candidate("a:7b", "one"), Self.candidate("a:7b", "two") { $0.priority = 60 }]
    #expect(try await selection(candidates).model.server == "one")
    let other = try await selection(candidates, ServerStanding(silent: ["one"]))
    #expect(other.model.server == "two" && other.model.role == "analysis")
    #expect(other.route?.refused.map(\.reason) == ["health"])
    // Where none answers, the first is waited for.
    #expect(try await selection(candidates, ServerStanding(silent: ["one", "two"])).model.server == "one")
  }

  @Test func aModelThatGaveNoAnswerIsPassedOverUntilItGivesOne() async throws {
    let candidates = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "one") { $0.priority = 60 }]
    let health = ModelHealth()
    func hear(_ event: Event) {
      health.receive([StoredEvent(sequence: 1, time: Timestamp(milliseconds: 0), run: nil, event: event)])
    }
    hear(.warning(MessageEvent(message: "It failed.", step: 1)))
    #expect(try await selection(candidates, health: health).model.name == "a:7b")
    hear(.warning(MessageEvent(message: "It failed.", step: 1, model: "a:7b@one")))
    let other = try await selection(candidates, health: health)
    #expect(other.model.name == "b:7b")
    #expect(other.route?.refused.map(\.reason) == ["health"])
    // Where none answers, the first is asked all the same.
    hear(.warning(MessageEvent(message: "It failed.", step: 1, model: "b:7b@one")))
    #expect(try await selection(candidates, health: health).model.name == "a:7b")
    let response = ModelResponseEvent(step: 1, model: "b:7b", server: "one", finish: "stop", tools: [], seconds: 1)
    hear(.modelResponse(response))
    #expect(try await selection(candidates, health: health).model.name == "b:7b")
  }

  @Test func aLoadedModelIsPreferred() async throws {
    let candidates = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "one")]
    let selection = try await selection(candidates, ServerStanding(resident: ["b:7b@one"]))
    #expect(selection.model.name == "b:7b")
    #expect(selection.route?.reasons.contains { $0.hasPrefix("resident:") } == true)
  }

  @Test func theQuotaOfTheDayIsCounted() async throws {
    var state = PipelineState()
    let candidates = [
      Self.candidate("a:7b", "one") { $0.dailyRequests = 2 }, Self.candidate("b:7b", "one") { $0.priority = 60 },
    ]
    for (day, expected) in [("2026-11-20", "a:7b"), ("2026-11-21", "a:7b"), ("2026-11-21", "b:7b")] {
      try state.apply(.charged(ModelCharge(day: day, model: "a:7b@one", microdollars: 0, isPriced: true)))
      #expect(try await selection(candidates, state: state).model.name.description == expected)
    }
  }

  @Test func whatIsLeftOfTheBudgetDecides() async throws {
    let dear = Self.candidate("dear:7b", "one") {
      $0.price = SampleModels.dollars(1, 10)
      $0.priority = 1
    }
    let cheap = Self.candidate("cheap:7b", "one") { $0.price = SampleModels.dollars(1, 1) }
    let account = MoneyAccount([MoneyCap(.money, limit: 5000, spent: 0)])
    #expect(try await selection([dear, cheap]).model.name == "dear:7b")
    #expect(try await selection([dear, cheap], money: account).model.name == "cheap:7b")
    let poor = MoneyAccount([MoneyCap(.projectMoney, limit: 5000, spent: 4999)])
    do {
      _ = try await selection([dear, cheap], money: poor)
      Issue.record("There is nothing to pay with.")
    } catch StepStop.budget(let exhausted) {
      #expect(exhausted.kind == .projectMoney)
    }
  }

  @Test func aTaskThatHasFailedWaitsForMoneyInsteadOfFailingAgain() async throws {
    var state = PipelineState()
    let task = TaskRecord(id: TaskID(number: 1), description: "", targets: [], order: 1)
    try state.apply(.taskAdded(task, attempts: 6))
    let weak = Self.candidate("small:7b", "one")
    let base = Self.candidate("middle:14b", "one") {
      $0.tiers = [.base]
      $0.price = SampleModels.dollars(1, 10)
    }
    let poor = MoneyAccount([MoneyCap(.money, limit: 5000, spent: 0)])
    let first = try await selection([weak, base], money: poor, state: state, task: task)
    #expect(first.model.name == "small:7b")
    try state.apply(.failureCounted(task.id, isReview: false))
    #expect(try await selection([weak, base], state: state, task: task).model.name == "middle:14b")
    await #expect(throws: StepStop.self) {
      _ = try await selection([weak, base], money: poor, state: state, task: task)
    }
    // Where there is no better model at all, it is tried again.
    #expect(try await selection([weak], money: poor, state: state, task: task).model.name == "small:7b")
  }

  @Test func aPromptThatNoWindowTakesGoesToTheLargest() async throws {
    let candidates = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "one") { $0.window = 50_000 }]
    #expect(try await selection(candidates, bytes: 3000).model.name == "a:7b")
    #expect(try await selection(candidates, bytes: 90_000).model.name == "b:7b")
    #expect(try await selection(candidates, bytes: 9_000_000).model.name == "b:7b")
  }
}
