/// What one call of a model has cost, for the account of the project.
package struct ModelCharge: Hashable, Sendable {
  /// The day to which it counts, as `2026-11-01`: that on which the run was started or went on.
  package var day: String
  /// The model, as `name@server`.
  package var model: String
  package var microdollars: Int
  /// Whether its price is known; else what it cost is not.
  package var isPriced: Bool

  package init(day: String, model: String, microdollars: Int, isPriced: Bool) {
    self.day = day
    self.model = model
    self.microdollars = microdollars
    self.isPriced = isPriced
  }
}

/// What all runs of a project have spent, by day and model.
package struct MoneyBook: Hashable, Sendable {
  /// What calls of one model have cost on one day.
  package struct Entry: Hashable, Sendable {
    package var calls = 0
    package var microdollars = 0
    /// Calls whose price was not known.
    package var unpriced = 0

    package init(calls: Int = 0, microdollars: Int = 0, unpriced: Int = 0) {
      self.calls = calls
      self.microdollars = microdollars
      self.unpriced = unpriced
    }
  }

  /// By day, and then by model.
  package internal(set) var days: [String: [String: Entry]] = [:]

  package init() {}

  package var total: Int { days.keys.reduce(0) { $0 + total(on: $1) } }

  package func total(on day: String) -> Int { days[day]?.values.reduce(0) { $0 + $1.microdollars } ?? 0 }

  /// How often a model was asked on a day.
  package func calls(of model: String, on day: String) -> Int { days[day]?[model]?.calls ?? 0 }

  mutating func add(_ charge: ModelCharge) {
    var entry = days[charge.day]?[charge.model] ?? Entry()
    entry.calls += 1
    entry.microdollars += charge.microdollars
    if !charge.isPriced { entry.unpriced += 1 }
    days[charge.day, default: [:]][charge.model] = entry
  }
}
