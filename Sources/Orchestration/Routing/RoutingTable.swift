import Pipeline

/// The candidates in the order in which each tier takes them, made once.
struct RoutingTable: Sendable {
  /// What is compared at each choice, in numbers.
  struct Entry: Sendable {
    var window: Int
    var maxOutput: Int
    var capabilities: ModelCapabilities
    var price: ModelPrice
    var isFree: Bool
    /// How long loading takes, in milliseconds; 0 where nothing is loaded.
    var loadTime: Int
  }

  private(set) var entries: [Entry] = []
  /// For each tier the places of its candidates, the first choice first.
  private(set) var orders: [[Int]] = []
  /// For each tier whether the quality of each candidate is enough, by the candidate's place.
  private(set) var isGood: [[Bool]] = []
  /// For each tier the least points of the rubric.
  let floors: [Int]

  /// What a swap is taken to last where that is not known.
  private static let usualLoad = 10_000

  init(_ settings: RoutingSettings, _ profiles: [ModelProfile]) {
    floors = ModelTier.allCases.map { settings.quality[$0.rawValue] ?? 0 }
    entries = profiles.map { profile in
      Entry(
        window: profile.window,
        maxOutput: profile.maxOutput ?? .max,
        capabilities: ModelCapabilities(profile.capabilities),
        price: profile.price,
        isFree: profile.price == .free,
        loadTime: profile.loadTime.map { Int($0 / .milliseconds(1)) } ?? (profile.price == .free ? Self.usualLoad : 0)
      )
    }
    let ranks = profiles.map { Rank($0, settings) }
    for tier in ModelTier.allCases {
      orders.append(
        profiles.indices.filter { profiles[$0].tiers.contains(tier) }.sorted { ranks[$0] < ranks[$1] }
      )
      isGood.append(profiles.map { ($0.quality?.total ?? .max) >= floors[tier.rank] })
    }
  }

  /// What decides between candidates of a tier: for nothing, the user's priority, price, speed, and at last the name.
  private struct Rank: Comparable {
    let isPreferred: Bool
    let priority: Int
    let price: Int
    let speed: Double
    let name: String
    let server: String

    init(_ profile: ModelProfile, _ settings: RoutingSettings) {
      let isGoodEnough = (profile.quality?.total ?? .max) >= settings.freeQuality
      isPreferred = settings.prefersFree && profile.price == .free && isGoodEnough
      priority = profile.priority
      price = profile.price.order
      speed = profile.decodeRate ?? 0
      name = profile.name
      server = profile.server ?? ""
    }

    static func < (left: Rank, right: Rank) -> Bool {
      if left.isPreferred != right.isPreferred { return left.isPreferred }
      if left.priority != right.priority { return left.priority < right.priority }
      if left.price != right.price { return left.price < right.price }
      if left.speed != right.speed { return left.speed > right.speed }
      return (left.name, left.server) < (right.name, right.server)
    }
  }
}
