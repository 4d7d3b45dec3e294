import Pipeline
import Wording

/// What a run has cost, in words; what is not known is never nothing.
struct CostText {
  private let cost: RunCost

  init(_ cost: RunCost) {
    self.cost = cost
  }

  /// The cost of an accepted task first, then what that saves, and what cost only time.
  var lines: [String] {
    let tasks = cost.accepted == 1 ? "the one accepted task" : "each of \(Amount.grouped(cost.accepted)) accepted tasks"
    let all = Dollars(microdollars: cost.microdollars)
    var lines: [String] = []
    if let calls = cost.unpricedCalls {
      lines.append("unknown: \(all), and \(Amount.counted(calls, "call")) whose price is not known")
    } else if let one = cost.perTask {
      lines.append("\(Dollars(microdollars: one)) for \(tasks), \(all) in all")
    } else {
      lines.append("\(all) in all, and no task was accepted")
    }
    for (name, other) in [("strong", cost.allStrong), ("base", cost.allBase)] {
      lines.append("against \(name) models alone: \(saving(other))")
    }
    if cost.localSeconds > 0 { lines.append("\(Amount.time(cost.localSeconds)) of models that cost nothing else") }
    return lines
  }

  /// What something has cost that has no tasks to accept; nil where there is nothing to tell of money.
  static func sum(of spent: Spending) -> String? {
    let known = Dollars(microdollars: spent.microdollars)
    guard spent.unpricedCalls == 0 else {
      return "unknown: \(known), and \(Amount.counted(spent.unpricedCalls, "call")) whose price is not known"
    }
    return spent.microdollars > 0 ? "\(known)" : nil
  }

  private func saving(_ other: Int?) -> String {
    guard let other, other > 0 else { return "unknown" }
    let difference = other - cost.microdollars
    let percent = Int((Double(difference.magnitude) / Double(other) * 100).rounded())
    let amount = Dollars(microdollars: Int(difference.magnitude))
    return difference < 0 ? "\(amount) more (\(percent) %)" : "\(amount) saved (\(percent) %)"
  }
}
