import JSON
import Pipeline
import Unified

/// How far arbiter and rules agreed in a project's runs, in words and as JSON.
struct AgreementText {
  let runs: [(run: RunID, agreement: DecisionAgreement)]

  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    guard !runs.isEmpty else {
      return [
        "No run asked both the rules and the arbiter yet. 'autonomy run --shadow' asks the arbiter beside the rules; "
          + "every orchestrated run notes what the rules would have chosen."
      ]
    }
    var table = TextTable(["run", "mode", "decisions", "the same"], rightAligned: [2, 3])
    table.rows = runs.map { run, agreement in
      let share = Int((Double(agreement.agreeing) / Double(agreement.decisions) * 100).rounded())
      return ["\(run)", agreement.mode, "\(agreement.decisions)", "\(share) %"]
    }
    var lines = table.lines(on: terminal)
    var differences = TextTable(["run", "carried out", "the other", "what came of it"])
    differences.rows = runs.flatMap { run, agreement in
      agreement.differences.map { difference in
        let results = difference.results.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return ["\(run)", difference.chosen, difference.other, results.joined(separator: ", ")]
      }
    }
    if !differences.rows.isEmpty {
      lines += ["", style.bold("Where they differ")] + differences.lines(on: terminal)
    }
    return lines
  }

  var json: JSONObject {
    [
      "runs": .array(
        runs.map { run, agreement in
          [
            "run": .string("\(run)"), "mode": .string(agreement.mode), "decisions": .integer(agreement.decisions),
            "agreeing": .integer(agreement.agreeing),
            "differences": .array(
              agreement.differences.map { difference in
                var results: JSONObject = [:]
                for (word, count) in difference.results.sorted(by: { $0.key < $1.key }) {
                  results[word] = .integer(count)
                }
                return [
                  "chosen": .string(difference.chosen), "other": .string(difference.other),
                  "results": .object(results),
                ]
              }
            ),
          ]
        }
      )
    ]
  }
}
