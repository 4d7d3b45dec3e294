import JSON
import Pipeline
import Unified
import Wording

/// A comparison of both modes, in words and as JSON.
struct ComparisonText {
  let report: ComparisonReport

  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    let runs = Amount.counted(report.pairs.count, "run")
    var lines = [style.bold("Both modes, \(runs) each; orchestrated: \(phases)"), ""]
    var table = TextTable(["", "traditional", "orchestrated", ""], rightAligned: [1, 2])
    table.rows = rows()
    lines += table.lines(on: terminal) + ["", style.bold("What the orchestrated mode promises")]
    var promises = TextTable()
    promises.rows = report.promises.map { promise in
      let mark = promise.isKept.map { $0 ? style.good : style.bad } ?? style.neutral
      return [mark, promise.name, Self.value(promise), "goal \(Self.goal(promise))", promise.note]
    }
    lines += promises.lines(on: terminal) + ["", "\(style.bold("Verdict")): \(report.verdict.word.rawValue)"]
    lines += report.verdict.reasons.map { "  \($0)" }
    let rule = "  \(style.dim("Rule")): \(ComparisonVerdict.rule)"
    return lines + DisplayWidth.wrapped(rule, columns: terminal.columns, indent: 2, isOurs: true)
  }

  /// The phases on which the arbiter decided in the runs of that mode.
  var phases: String {
    let isAll = report.phases.count == PhaseName.allCases.count
    return isAll ? "all phases" : report.phases.map(\.rawValue).joined(separator: ", ")
  }

  var json: JSONObject {
    [
      "verdict": .string(report.verdict.word.rawValue),
      "reasons": .array(report.verdict.reasons.map { .string($0) }),
      "rule": .string(ComparisonVerdict.rule),
      "token_ratio": report.tokenRatio.map {
        ["median": .number($0.median), "least": .number($0.least), "most": .number($0.most)]
      } ?? .null,
      "checkpoint": .string("\(report.checkpoint)"),
      "phases": .array(report.phases.map { .string($0.rawValue) }),
      "pairs": (try? JSONValue(encoding: report.pairs)) ?? .array([]),
      "promises": .array(
        report.promises.map { promise in
          [
            "name": .string(promise.name), "value": promise.value.map { .number($0) } ?? .null,
            "goal": .number(promise.goal), "kept": promise.isKept.map { .bool($0) } ?? .null,
            "note": .string(promise.note),
          ]
        }
      ),
    ]
  }

  /// The name of each figure, what it is in both modes, and what has changed.
  func rows() -> [[String]] {
    let outcomes = [report.traditional, report.orchestrated].map(Self.outcomes)
    let tasks = ComparisonMeasure.all.compactMap { measure -> [String]? in
      let left = Spread(report.traditional.compactMap(measure.value))
      let right = Spread(report.orchestrated.compactMap(measure.value))
      if measure.isOptional, left?.most ?? 0 == 0, right?.most ?? 0 == 0 { return nil }
      return [
        measure.name, Self.text(left, measure.unit), Self.text(right, measure.unit), Self.change(from: left, to: right),
      ]
    }
    return [["Outcome"] + outcomes + [""]] + tasks + uses()
  }

  /// The calls, tokens and time of each model in each role.
  private func uses() -> [[String]] {
    struct Use: Hashable { let role, model: String }
    func uses(_ runs: [RunMeasures]) -> [Use: [RunMeasures.ModelUse]] {
      Dictionary(grouping: runs.flatMap(\.models)) { Use(role: $0.role, model: $0.model) }
    }
    let modes = [uses(report.traditional), uses(report.orchestrated)]
    let all = Set(modes.flatMap(\.keys)).sorted { ($0.role, $0.model) < ($1.role, $1.model) }
    let figures: [(name: String, unit: ComparisonMeasure.Unit, value: (RunMeasures.ModelUse) -> Double)] = [
      ("calls", .count, { Double($0.calls) }), ("tokens", .count, { Double($0.promptTokens + $0.outputTokens) }),
      ("time", .seconds, \.seconds),
    ]
    return all.flatMap { use in
      figures.map { figure in
        let spreads = modes.map { mode in
          mode[use].map { Self.text(Spread($0.map(figure.value)), figure.unit) } ?? "not used"
        }
        return ["\(use.role) by \(use.model): \(figure.name)"] + spreads + [""]
      }
    }
  }

  private static func outcomes(_ runs: [RunMeasures]) -> String {
    let words = runs.map { $0.outcome?.rawValue ?? "killed" }
    return Set(words).sorted().map { word in
      let count = words.count { $0 == word }
      return count == words.count ? word : "\(count) \(word)"
    }.joined(separator: ", ")
  }

  /// The median, with the least and the most where they differ from it.
  static func text(_ spread: Spread?, _ unit: ComparisonMeasure.Unit) -> String {
    guard let spread else { return "unknown" }
    let median = text(spread.median, unit)
    let (least, most) = (text(spread.least, unit), text(spread.most, unit))
    return least == most ? median : "\(median) (\(least) to \(most))"
  }

  private static func text(_ value: Double, _ unit: ComparisonMeasure.Unit) -> String {
    switch unit {
    // What simulated models take, or a cache.
    case .seconds: value > 0 && value < 0.095 ? "\(max(1, Int((value * 1000).rounded())))ms" : Amount.time(value)
    case .microdollars: "\(Dollars(microdollars: Int(value.rounded(.up))))"
    case .count:
      value == value.rounded() ? Amount.grouped(Int(value)) : Amount.tenths(value)
    }
  }

  private static func change(from left: Spread?, to right: Spread?) -> String {
    guard let left, let right, left.median > 0, left.median != right.median else { return "" }
    let percent = Int(((right.median / left.median - 1) * 100).rounded())
    return percent == 0 ? "" : "\(percent > 0 ? "+" : "")\(percent) %"
  }

  static func value(_ promise: PromisedMeasure) -> String {
    guard let value = promise.value else { return "not measured" }
    return promise.isShare ? "\(Int((value * 100).rounded())) %" : Amount.tenths(value)
  }

  static func goal(_ promise: PromisedMeasure) -> String {
    let goal = promise.isShare ? "\(Int((promise.goal * 100).rounded())) %" : "\(Int(promise.goal))"
    return promise.isCeiling ? "under \(goal)" : goal
  }
}
