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
    money: MoneyAccount = MoneyAccount(),
    bytes: Int = 3000,
    state: PipelineState = PipelineState(),
    task: TaskRecord? = nil
  ) async throws -> ModelSelection {
    try await models(candidates, servers, money: money)
      .selection(for: demand(bytes: bytes, state: state, task: task))
  }

  private func models(
    _ candidates: [RoutingCandidate],
    _ servers: ServerStanding,
    money: MoneyAccount = MoneyAccount()
  ) -> RoutedModels {
    RoutedModels(
      RoutingSettings(),
      candidates: candidates,
      roles: [.documentation: "analysis"],
      watch: Watch(servers: servers),
      money: money,
      day: "2026-11-21"
    )
  }

  private func demand(
    bytes: Int,
    state: PipelineState = PipelineState(),
    task: TaskRecord? = nil,
    failed: Set<String> = []
  ) -> StepDemand {
    let phase = task == nil ? PhaseName.documentation : .coding
    let decision = Decision(action: .phase(phase, task?.id), reason: "", maker: "rules")
    let step = OpenStep(number: 1, decision: decision, progress: "", baseTree: .emptyTree)
    return StepDemand(
      step: step,
      phase: phase,
      task: task,
      state: state,
      estimator: TokenEstimator(),
      failed: failed
    ) { bytes }
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

  @Test func aModelThatGaveNoAnswerIsPassedOver() async throws {
    let candidates = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "one") { $0.priority = 60 }]
    let other = try await selection(candidates, ServerStanding(failing: ["a:7b@one"]))
    #expect(other.model.name == "b:7b")
    #expect(other.route?.refused.map(\.reason) == ["health"])
    // Where none answers, the first is asked all the same.
    let failing = ServerStanding(failing: ["a:7b@one", "b:7b@one"])
    #expect(try await selection(candidates, failing).model.name == "a:7b")
    // One whose server is away may come back; one that failed just now is asked last.
    let away = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "two") { $0.priority = 60 }]
    let standing = ServerStanding(silent: ["two"], failing: ["a:7b@one"])
    #expect(try await selection(away, standing).model.name == "b:7b")
  }

  @Test func aStepIsTakenOverByAModelThatCanOrByNone() async throws {
    let candidates = [
      Self.candidate("a:7b", "one"), Self.candidate("b:7b", "one") { $0.priority = 60 },
      Self.candidate("c:7b", "two") { $0.priority = 70 },
    ]
    func successor(
      _ failed: Set<String>,
      _ servers: ServerStanding = ServerStanding(),
      bytes: Int = 3000
    ) async throws
      -> String?
    {
      try await models(candidates, servers).successor(for: demand(bytes: bytes, failed: failed))?.model.place
    }
    #expect(try await successor(["a:7b@one"]) == "b:7b@one")
    #expect(try await successor(["a:7b@one", "b:7b@one"]) == "c:7b@two")
    #expect(try await successor(["a:7b@one"], ServerStanding(failing: ["b:7b@one"])) == "c:7b@two")
    // Nobody is waited for, who may not come.
    #expect(try await successor(["a:7b@one"], ServerStanding(silent: ["two"], failing: ["b:7b@one"])) == nil)
    #expect(try await successor(["a:7b@one", "b:7b@one", "c:7b@two"]) == nil)
  }

  @Test func aModelGivesWayWhereAnotherCouldAnswer() async throws {
    let request = ModelRequest(
      model: "a:7b",
      messages: [],
      options: ModelOptions(numContext: 4096, numPredict: 100),
      server: "one"
    )
    let broken = ModelError.serverError(server: "one", status: 500, message: "")
    func timeLeft(_ candidates: [RoutingCandidate], after time: Duration, _ error: ModelError) async throws -> Duration?
    {
      try await selection(candidates).replacement?.timeLeft(request, after: time, error)
    }
    let two = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "one") { $0.priority = 60 }]
    #expect(try await timeLeft(two, after: .seconds(10), broken) == .seconds(20))
    #expect(try await timeLeft(two, after: .seconds(40), broken) == .zero)
    #expect(try await timeLeft(Array(two.prefix(1)), after: .seconds(40), broken) == nil)
    // What does not load in all its time would take as long again.
    let slow = ModelError.timeout(.load, server: "one", after: .seconds(600))
    #expect(try await timeLeft(two, after: .zero, slow) == .zero)
    // Where the server is away, all its models are.
    let away = ModelError.transport(server: "one", message: "")
    #expect(try await timeLeft(two, after: .seconds(40), away) == nil)
    let apart = [Self.candidate("a:7b", "one"), Self.candidate("b:7b", "two") { $0.priority = 60 }]
    #expect(try await timeLeft(apart, after: .seconds(40), away) == .zero)
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
