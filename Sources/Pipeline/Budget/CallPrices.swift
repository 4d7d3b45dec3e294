/// The prices of the models of a run, and the day to which their calls count.
package struct CallPrices: Sendable {
  /// As `2026-11-01`; nil where nothing is counted by days.
  package let day: String?
  private let prices: [String: ModelPrice]

  /// Takes every model that may be asked.
  package init(day: String?, _ models: [PhaseModel]) {
    self.day = day
    prices = Dictionary(models.map { ($0.place, $0.price ?? .unknown) }) { $1 }
  }

  /// The price of a model, as `name@server`.
  package func price(of place: String) -> ModelPrice { prices[place] ?? .unknown }

  /// What is written down of a call.
  package func charge(_ place: String, _ spent: Spending) -> StateChange? {
    day.map {
      .charged(
        ModelCharge(day: $0, model: place, microdollars: spent.microdollars, isPriced: spent.unpricedCalls == 0)
      )
    }
  }
}
