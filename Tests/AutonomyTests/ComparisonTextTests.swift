import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

@testable import autonomy

/// A comparison on the screen, as JSON and as a page.
@Suite struct ComparisonTextTests {
  private static func run(_ mode: String, tokens: Int, done: Int) -> RunMeasures {
    var measures = RunMeasures()
    measures.mode = mode
    measures.outcome = done == 3 ? .complete : .partial
    measures.tasks = ["done": done]
    measures.checks = 2
    measures.checksPassed = done == 3 ? 2 : 1
    measures.steps = 14
    var use = RunMeasures.ModelUse(model: "coder:32b", role: "coding")
    use.calls = 20
    use.promptTokens = tokens
    use.outputTokens = 2000
    use.seconds = 95
    measures.models = [use]
    if mode == "orchestrated" {
      var arbiter = RunMeasures.ModelUse(model: "<b>arbiter</b>", role: "deciding")
      arbiter.seconds = 4.5
      measures.models.append(arbiter)
    }
    measures.toolCalls.validAtFirst = 17
    measures.toolCalls.mended = ["text": 2]
    measures.toolCalls.lost = 1
    measures.recovery.failures = 2
    measures.recovery.workingSteps = [1, 2]
    measures.recovery.withoutUser = 2
    measures.seconds = 130
    measures.change = ChangeSize(files: 4, addedLines: 210, removedLines: 12)
    return measures
  }

  private static let report = ComparisonReport(
    project: "/home/me/ledger & co",
    time: "2026-03-01T09:30:00.250Z",
    checkpoint: SnapshotID(number: 12),
    phases: Set(PhaseName.allCases),
    pairs: [12_000, 14_000, 13_000].map {
      ComparisonPair(
        traditional: run("traditional", tokens: 30_000, done: 2),
        orchestrated: run("orchestrated", tokens: $0, done: 3)
      )
    }
  )

  @Test func theScreenShowsAllFigures() {
    let terminal = Terminal(isLive: false, hasColour: false, hasUnicode: true, columns: 100)
    let lines = ComparisonText(report: Self.report).lines(on: terminal)
    Snapshot("comparison.txt").expect(lines.joined(separator: "\n") + "\n")
  }

  @Test func theLastLinesHaveTheirColours() {
    let terminal = Terminal(isLive: true, hasColour: true, hasUnicode: true, columns: 100)
    let lines = ComparisonText(report: Self.report).lines(on: terminal)
    #expect(lines.contains { $0.contains("\u{1B}[2mRule\u{1B}[0m") })
  }

  @Test func theJSONHasTheVerdictAndEveryRun() {
    let json = ComparisonText(report: Self.report).json
    #expect(json["verdict"] == "better")
    #expect(json["pairs"]?.array?.count == 3)
    #expect(json["promises"]?.array?.count == 5)
    Snapshot("comparison.json").expect(JSONValue.object(json).text() + "\n")
  }

  @Test func thePageIsWholeAndNeedsNothingElse() {
    let page = ComparisonPage(report: Self.report).html
    Snapshot("comparison.html").expect(page)
    #expect(page.contains("ledger &amp; co"))
    #expect(page.contains("&lt;b&gt;arbiter&lt;/b&gt;"))
    for outside in ["http", "src=", "<script", "@import", "url("] { #expect(!page.contains(outside), "\(outside)") }
    // Every element that is opened is closed.
    for name in ["main", "section", "table", "tr", "td", "th", "svg", "text", "figure", "p", "h2", "div"] {
      let opened = page.split(separator: "<\(name)").dropFirst().count { " >\n".contains($0.first ?? "x") }
      #expect(opened == page.split(separator: "</\(name)>", omittingEmptySubsequences: false).count - 1, "\(name)")
    }
  }
}
