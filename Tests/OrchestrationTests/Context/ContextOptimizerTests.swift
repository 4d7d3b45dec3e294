import Orchestration
import TestSupport
import Testing

@Suite struct ContextOptimizerTests {
  private static let prose = (1...40).map { number in
    "Paragraph \(number) says something about the \(number % 7 == 0 ? "scheduler" : "weather") that nobody has said yet."
  }

  private func optimize(_ text: String, to target: Int, query: String = "", _ steps: [ContextStep]? = nil) -> String {
    ContextOptimizer(steps: steps ?? ContextStep.allCases).optimize(Array(text.utf8), to: target, query: query).text
  }

  @Test(arguments: TestEnvironment.some(0..<240, by: 4))
  func keepsItsContract(seed: Int) {
    let random = RandomText(seed: seed)
    let text = Array(random.text.utf8)
    let target = [1, text.count / 4, text.count / 2, text.count * 9 / 10][seed % 4]
    let query = seed % 2 == 0 ? "" : "cache 缓存 Größe task"
    let optimizer = ContextOptimizer()
    let once = optimizer.optimize(text, to: target, query: query)
    #expect(once.restored() == text)
    #expect(String(validating: once.bytes, as: UTF8.self) != nil)
    #expect(once.bytes.count <= text.count)
    #expect(once.bytes.isEmpty == text.isEmpty)
    #expect(optimizer.optimize(text, to: target, query: query) == once)
    #expect(optimizer.optimize(once.bytes, to: target, query: query).bytes == once.bytes)
    for removal in once.removals {
      let mark = String(decoding: once.bytes[removal.offset..<(removal.offset + removal.length)], as: UTF8.self)
      #expect(mark.hasPrefix("[… "))
      #expect(removal.removed.count > removal.length)
      #expect(Array(text[removal.originalOffset...].prefix(removal.removed.count)) == removal.removed)
    }
    for block in random.code { #expect(once.text.contains(block)) }
  }

  @Test(arguments: 0..<50)
  func theHarmlessStepsKeepEveryDistinctLine(seed: Int) {
    let text = Array(RandomText(seed: seed * 2 + 1).text.utf8)
    let shorter = ContextOptimizer(steps: [.repeats]).optimize(text, to: 1).bytes
    #expect(Set(text.split(separator: 0x0A)).isSubset(of: shorter.split(separator: 0x0A)))
  }

  @Test(arguments: [[.blanks], [.repeats], [.sections], [.relevance]] as [[ContextStep]])
  func everyStepSavesByItself(steps: [ContextStep]) {
    let block = (1...8).map { "tool output, line \($0), which comes twice in this text" }.joined(separator: "\n")
    let long = (1...60).map { "a line of a long report that is \($0) of many" }.joined(separator: "\n")
    let text = "\(block)\n\nThe weather.\(String(repeating: "\n", count: 40))\(block)\n\n\(long)\n\nOdd.\n"
    let shorter = optimize(text, to: 1, steps)
    #expect(shorter.utf8.count < text.utf8.count)
    #expect(optimize(text, to: 1, []) == text)
  }

  @Test func whatFitsStaysAsItIs() {
    let text = Self.prose.joined(separator: "\n\n") + String(repeating: "\n", count: 100)
    #expect(optimize(text, to: text.utf8.count) == text)
  }

  @Test func stopsWhereTheTargetIsReached() {
    let text = Self.prose.joined(separator: "\n\n")
    for target in stride(from: 500, through: text.utf8.count, by: 250) {
      let size = optimize(text, to: target, query: "scheduler").utf8.count
      #expect(size <= target && size > target - 200)
    }
  }

  @Test func aLongPassageLosesNoMoreThanItMust() {
    let text = (1...400).map { "2026-01-01 12:00:00 served request number \($0)" }.joined(separator: "\n")
    let shorter = optimize(text, to: 6000)
    #expect(shorter.utf8.count <= 6000 && shorter.utf8.count > 5800)
    #expect(shorter.hasPrefix("2026-01-01 12:00:00 served request number 1\n"))
    #expect(shorter.hasSuffix("number 400"))
  }

  @Test func whatTheQueryAsksForStaysLongest() {
    let shorter = optimize(Self.prose.joined(separator: "\n\n"), to: 900, query: "Why does the SCHEDULER stop?")
    #expect(shorter.components("scheduler") == 5)
    #expect(shorter.contains(Self.prose[0]))
    #expect(shorter.components("weather") < 8)
  }

  @Test func withoutAQueryTheFirstPassageSaysWhatMatters() {
    let text = "Mend the scheduler.\n\n" + Self.prose.joined(separator: "\n\n")
    #expect(optimize(text, to: 900).components("scheduler") == 6)
  }

  @Test func aRepeatedRunNamesItsFirstLine() {
    let run = (1...5).map { "the same old line, number \($0)" }.joined(separator: "\n") + "\n"
    let shorter = optimize("\(run)something between\n\(run)end\n", to: 1, [.repeats])
    #expect(shorter == "\(run)something between\n[… 5 lines as above from \"the same old line, n\" …]\nend\n")
  }

  @Test func oneLineOverAndOverIsFoldedIntoOneMark() {
    let text = String(repeating: "still waiting for the lock\n", count: 1000)
    let shorter = optimize(text, to: 1, [.repeats])
    #expect(shorter.utf8.count < 250)
    #expect(shorter.components("still waiting for the lock\n") == 3)
  }

  @Test(arguments: [
    "def f(x):\n    return x\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\ndef g(y):\n    return y\n",
    "#!/bin/sh\nset -eu\n" + String(repeating: "echo the same line again and again and again\n", count: 50),
    "# Only a comment, and one that is rather long, so that it looks like prose to whoever counts words.\n",
  ])
  func sourceIsNeverTouched(source: String) {
    #expect(optimize(source, to: 1) == source)
  }

  @Test(arguments: ["log", "json", "chinese", "german"])
  func everyKindOfTextShrinksToItsTarget(kind: String) {
    let text =
      switch kind {
      case "log": (0..<600).map { "2026-01-01T10:00:00Z worker[\($0)] id=\($0 * 7) status=200" }.joined(separator: "\n")
      case "json":
        "[\n" + (0..<600).map { "  {\"id\": \($0), \"name\": \"n\($0)\"}" }.joined(separator: ",\n") + "\n]\n"
      case "chinese": (0..<300).map { "第\($0)段：系统在处理请求时会检查缓存是否有效。" }.joined(separator: "\n\n")
      default: (0..<300).map { "Abschnitt \($0): Die Übergröße führt dazu, dass er hält." }.joined(separator: "\n\n")
      }
    let shorter = optimize(text, to: 2000)
    #expect(shorter.utf8.count <= 2000 && shorter.utf8.count > 1500)
  }

  @Test func severalPartsAreShortenedInTheOrderTheyAreRead() {
    let run = (1...5).map { "the same old line, number \($0)" }.joined(separator: "\n") + "\n"
    let parts = [
      ContextPart(Array("first\n\(run)".utf8), kind: .fixed), ContextPart(Array(run.utf8), kind: .output),
      ContextPart([], kind: .text), ContextPart(Array("last\n\(run)".utf8), kind: .fixed),
    ]
    let optimized = ContextOptimizer().optimize(parts, to: 1)
    #expect(optimized.map { $0.removals.count } == [0, 1, 0, 0])
    #expect(zip(optimized, parts).allSatisfy { $0.restored() == $1.bytes })
    #expect(optimized[1].text.hasPrefix("[… 5 lines as above"))
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = utf8[...]
    while !rest.isEmpty {
      if rest.starts(with: part.utf8) { count += 1 }
      rest = rest.dropFirst()
    }
    return count
  }
}
