import Orchestration
import Pipeline

/// Models of a small catalogue for tests of the router.
enum SampleModels {
  static func model(
    _ name: String,
    _ tiers: [ModelTier],
    window: Int = 100_000,
    price: ModelPrice = .free,
    _ change: (inout ModelProfile) -> Void = { _ in }
  ) -> ModelProfile {
    var model = ModelProfile(
      name: name,
      tiers: tiers,
      window: window,
      price: price,
      capabilities: [.tools],
      asOf: "2026-11-01",
      source: "test"
    )
    change(&model)
    return model
  }

  static func dollars(_ input: Int, _ output: Int) -> ModelPrice {
    .known(TokenRates(input: input * 1_000_000, output: output * 1_000_000))
  }

  static let small = model("small", [.weak])
  static let middle = model("middle", [.base])
  static let large = model("large", [.strong])

  static func router(_ models: [ModelProfile], _ change: (inout RoutingSettings) -> Void = { _ in }) -> ModelRouter {
    var settings = RoutingSettings()
    change(&settings)
    return ModelRouter(settings, candidates: models)
  }

  static func demand(_ type: String = "bug_fix", context: Int = 1000, files: Int = 1) -> RoutingDemand {
    RoutingDemand(type: type, contextTokens: context, files: files)
  }
}

extension RouteExplanation {
  /// Why the model of that name was refused.
  func refusal(of name: String) -> RouteRefusal? { refused.first { self.name(of: $0) == name }?.refusal }
}
