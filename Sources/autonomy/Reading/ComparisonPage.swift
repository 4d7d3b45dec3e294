import Pipeline
import Unified
import Wording

/// A comparison as one HTML file that needs nothing else: no network, no script, light or dark as the reader likes.
struct ComparisonPage {
  let report: ComparisonReport

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Both modes on \(Self.escaped(name))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <h1>Both modes on \(Self.escaped(name))</h1>
    <p class="quiet">\(Amount.counted(report.pairs.count, "run")) in each mode from checkpoint \
    \(report.checkpoint), \(Self.escaped(report.time)); orchestrated: \(text.phases)</p>
    <section class="verdict">
    <h2>\(Self.escaped(report.verdict.word.rawValue.capitalizedFirst))</h2>
    \(report.verdict.reasons.map { "<p>\(Self.escaped($0))</p>" }.joined(separator: "\n"))
    <p class="quiet">Rule: \(Self.escaped(ComparisonVerdict.rule))</p>
    </section>
    <h2>Run by run</h2>
    <p class="key"><span class="traditional"></span> traditional <span class="orchestrated"></span> orchestrated</p>
    <div class="charts">
    \(Self.charted.map(chart).joined(separator: "\n"))
    </div>
    <h2>What the orchestrated mode promises</h2>
    \(promises)
    <h2>All figures</h2>
    \(figures)
    <p class="quiet">Figures are medians, with the least and the most run in brackets where they differ. What is not
    known is called so, and is never nought.</p>
    </main>
    </body>
    </html>

    """
  }

  private var text: ComparisonText { ComparisonText(report: report) }

  private var name: String { report.project.split(separator: "/").last.map(String.init) ?? report.project }

  private var figures: String {
    let rows = text.rows().map { row in
      "<tr><th scope=\"row\">\(Self.escaped(row[0]))</th>"
        + row.dropFirst().map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>"
    }
    return """
      <div class="wide"><table>
      <thead><tr><td></td><th scope="col">traditional</th><th scope="col">orchestrated</th><td></td></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private var promises: String {
    let rows = report.promises.map { promise in
      let state = promise.isKept.map { $0 ? "kept" : "missed" } ?? ""
      let cells = [ComparisonText.value(promise), "goal \(ComparisonText.goal(promise))", state, promise.note]
      return "<tr class=\"\(state)\"><th scope=\"row\">\(Self.escaped(promise.name))</th>"
        + cells.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>"
    }
    return "<div class=\"wide\"><table class=\"promises\">\n\(rows.joined(separator: "\n"))\n</table></div>"
  }

  private static let charted = ["Tasks done", "Steps", "Prompt tokens", "Time of models"]

  /// Two bars for each pair, drawn to one scale.
  private func chart(of name: String) -> String {
    guard let measure = ComparisonMeasure.all.first(where: { $0.name == name }) else { return "" }
    let values = report.pairs.map { (measure.value($0.traditional), measure.value($0.orchestrated)) }
    let most = values.flatMap { [$0.0 ?? 0, $0.1 ?? 0] }.max() ?? 0
    var shapes: [String] = []
    for (index, pair) in values.enumerated() {
      let top = index * 44
      shapes.append("<text x=\"0\" y=\"\(top + 24)\">\(index + 1)</text>")
      for (row, value) in [pair.0, pair.1].enumerated() {
        let width = most > 0 ? Int((value ?? 0) / most * 200) : 0
        let y = top + row * 18 + 2
        let kind = row == 0 ? "traditional" : "orchestrated"
        let said = value.map { ComparisonText.text(Spread([$0]), measure.unit) } ?? "unknown"
        shapes.append("<rect class=\"\(kind)\" x=\"24\" y=\"\(y)\" width=\"\(width)\" height=\"16\" rx=\"2\"/>")
        shapes.append("<text x=\"\(width + 30)\" y=\"\(y + 13)\">\(Self.escaped(said))</text>")
      }
    }
    let height = max(1, values.count) * 44
    return """
      <figure>
      <figcaption>\(Self.escaped(name))</figcaption>
      <svg viewBox="0 0 300 \(height)" role="img" aria-label="\(Self.escaped(name)) of each run">
      \(shapes.joined(separator: "\n"))
      </svg>
      </figure>
      """
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  private static let style = """
    :root { color-scheme: light dark; --text: #1c1e21; --quiet: #5f6670; --page: #ffffff; --panel: #f2f4f7;
      --line: #d5d9e0; --traditional: #7a8699; --orchestrated: #1f6feb; --good: #1a7f37; --bad: #c62828; }
    @media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --quiet: #9aa3af; --page: #14171b; --panel: #1d2228;
      --line: #363d47; --traditional: #8d99ab; --orchestrated: #58a6ff; --good: #4cc26a; --bad: #ff7b72; } }
    body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
    h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; }
    .quiet { color: var(--quiet); margin: .3rem 0; }
    .verdict { background: var(--panel); border-left: 4px solid var(--orchestrated); padding: .8rem 1.2rem; margin-top: 1rem; }
    .verdict h2, .verdict p { margin: .1rem 0; }
    .key span { display: inline-block; width: .9em; height: .9em; border-radius: 2px; margin: 0 .25rem 0 .8rem; }
    .key span.traditional { background: var(--traditional); } .key span.orchestrated { background: var(--orchestrated); }
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
    figure { margin: 0; background: var(--panel); padding: .8rem; } figcaption { font-weight: 600; margin-bottom: .4rem; }
    svg { width: 100%; height: auto; } svg text { fill: var(--text); font-size: 12px; }
    rect.traditional { fill: var(--traditional); } rect.orchestrated { fill: var(--orchestrated); }
    .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
    th[scope=row] { font-weight: 400; } tr.kept td:nth-child(4) { color: var(--good); }
    tr.missed td:nth-child(4) { color: var(--bad); }
    @media (max-width: 40rem) { .promises tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
      .promises th, .promises td { display: inline-block; border: 0; padding: 0 .8rem 0 0; }
      .promises th, .promises td:last-child { display: block; } .promises th { font-weight: 600; } }
    """
}

extension String {
  /// The text with a capital at its beginning.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
