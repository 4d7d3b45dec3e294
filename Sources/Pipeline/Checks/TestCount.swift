/// How many tests a run of a check ran, read from its output as each tool writes it; skipped tests did not run.
enum TestCount {
  /// Returns nil where the output does not tell.
  static func read(_ bytes: [UInt8], convention: CheckDefinition.Convention) -> Int? {
    let lines = OutputLines(bytes)
    return switch convention {
    case .pytest: pytest(lines)
    case .unittest: unittest(lines)
    case .swift: swift(lines)
    case .cargo: cargo(lines)
    case .go: go(lines)
    case .ctest: ctest(lines)
    case .npm: javaScript(lines) ?? none(lines)
    case .make, .script, .configured: any(lines)
    }
  }

  /// Adds up what any of the tools that a script may call has written.
  private static func any(_ lines: OutputLines) -> Int? {
    let known = sum([
      pytest(lines), unittest(lines), swift(lines), cargo(lines), go(lines), ctest(lines), javaScript(lines),
    ])
    return known ?? plainSummary(lines) ?? none(lines)
  }

  private static func javaScript(_ lines: OutputLines) -> Int? {
    sum([nodeRunner(lines) ?? protocolLines(lines), jest(lines), vitest(lines), mocha(lines)])
  }

  /// What tools say that had no test to run, and are content with that.
  private static func none(_ lines: OutputLines) -> Int? {
    let words = ["No tests found", "No test files found", "no tests found", "no tests ran"]
    let isEmpty = words.contains { !lines.containing($0).isEmpty }
    let collected = sum([lines.sum(before: "tests collected in"), lines.sum(before: "test collected in")])
    return isEmpty || collected != nil ? 0 : nil
  }

  private static func sum(_ counts: [Int?]) -> Int? {
    let known = counts.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  /// "1 failed, 2 passed, 1 skipped in 0.02s" and "no tests ran in 0.01s".
  private static func pytest(_ lines: OutputLines) -> Int? {
    let summaries = lines.containing(" in ")
    let outcomes = ["passed", "failed", "xfailed", "xpassed"].map { summaries.sum(before: $0) }
    if let ran = sum(outcomes), lines.containing("Test run with").isEmpty, lines.containing("Test Files").isEmpty {
      return ran
    }
    let isEmpty = !summaries.containing("no tests ran").isEmpty || summaries.sum(before: "deselected") != nil
    if isEmpty { return 0 }
    return summaries.sum(before: "skipped") != nil && summaries.containing("s").sum(before: "errors") == nil ? 0 : nil
  }

  /// "Ran 3 tests in 0.000s", then "OK (skipped=1)" or "FAILED (failures=1, skipped=1)".
  private static func unittest(_ lines: OutputLines) -> Int? {
    guard let ran = lines.startingWith("Ran ").containing(" test").sum(after: "Ran ") else { return nil }
    let verdicts = [lines.startingWith("OK ("), lines.startingWith("FAILED ("), lines.startingWith("NO TESTS RAN (")]
    return max(0, ran - (sum(verdicts.map { $0.sum(after: "skipped=") }) ?? 0))
  }

  /// "Executed 2 tests, with 1 test skipped and 0 failures" (the last speaks for all) and "Test run with 8 tests", which
  /// counts those that "Test name() skipped." was said of.
  private static func swift(_ lines: OutputLines) -> Int? {
    if !lines.containing("error: no tests found").isEmpty { return 0 }
    let executed = lines.containing("Executed ").containing(" test").last
    let skipped = executed.sum(before: "tests skipped") ?? executed.sum(before: "test skipped") ?? 0
    let left = lines.trimmed().startingWith("Test ")
    let leftOut = left.endingWith(" skipped.").count + left.containing(" skipped: ").count
    return sum([
      executed.sum(after: "Executed ").map { max(0, $0 - skipped) },
      lines.sum(after: "Test run with ").map { max(0, $0 - leftOut) },
    ])
  }

  /// "test result: FAILED; 3 passed; 0 failed; 1 ignored", once for each test binary.
  private static func cargo(_ lines: OutputLines) -> Int? {
    let results = lines.startingWith("test result:")
    return sum([results.sum(before: "passed"), results.sum(before: "failed")])
  }

  /// "--- PASS: TestX (0.00s)" for each test, indented for subtests, which are not counted.
  private static func go(_ lines: OutputLines) -> Int? {
    let ran = lines.startingWith("--- PASS: ").count + lines.startingWith("--- FAIL: ").count
    if ran > 0 { return ran }
    // A test that prints half a line has its end on the same one.
    let behind = lines.containing("--- PASS: ").count + lines.containing("--- FAIL: ").count
    if behind > 0 { return behind }
    let isEmpty = !(lines.containing("[no test files]").isEmpty && lines.containing("no tests to run").isEmpty)
    return isEmpty || !lines.startingWith("--- SKIP: ").isEmpty ? 0 : nil
  }

  /// "100% tests passed, 0 tests failed out of 5", which counts those of "1/5 Test #1: name ...***Skipped".
  private static func ctest(_ lines: OutputLines) -> Int? {
    if !lines.containing("No tests were found!!!").isEmpty { return 0 }
    let skipped = lines.containing(" Test ").containing("***Skipped").count
    return lines.containing("% tests passed").sum(after: "failed out of ").map { max(0, $0 - skipped) }
  }

  /// "# pass 2" and "# fail 1" of `node --test`, with a symbol instead of "#" in its other reporter.
  private static func nodeRunner(_ lines: OutputLines) -> Int? {
    let summary = lines.trimmed()
    guard summary.startingWith("tests ").sum(after: "tests ") != nil else { return nil }
    return sum([summary.startingWith("pass ").sum(after: "pass "), summary.startingWith("fail ").sum(after: "fail ")])
  }

  /// "ok 1 - name" and "not ok 2", of anything that speaks the Test Anything Protocol.
  private static func protocolLines(_ lines: OutputLines) -> Int? {
    guard !lines.startingWith("1..").isEmpty else { return nil }
    let skipped =
      lines.startingWith("ok ").containing("# SKIP").count + lines.startingWith("ok ").containing("# skip").count
    return lines.startingWith("ok ").count + lines.startingWith("not ok ").count - skipped
  }

  /// "Tests:       1 failed, 2 passed, 3 total".
  private static func jest(_ lines: OutputLines) -> Int? {
    let summary = lines.startingWith("Tests: ").containing(" total")
    return sum([summary.sum(before: "passed"), summary.sum(before: "failed")]) ?? (summary.isEmpty ? nil : 0)
  }

  /// "      Tests  1 failed | 2 passed (3)" and "      Tests  1 skipped (1)".
  private static func vitest(_ lines: OutputLines) -> Int? {
    let summary = lines.trimmed().startingWith("Tests  ")
    let ran = sum([summary.sum(before: "passed"), summary.sum(before: "failed")])
    return ran ?? sum([summary.sum(before: "skipped"), summary.sum(before: "todo")]).map { _ in 0 }
  }

  /// "  5 passing (3ms)" and "  1 failing".
  private static func mocha(_ lines: OutputLines) -> Int? {
    sum([lines.sum(before: "passing"), lines.sum(before: "failing")])
  }

  /// "12 passed, 3 failed" and the like, as scripts write it in their last lines.
  private static func plainSummary(_ lines: OutputLines) -> Int? {
    let passed = lines.containing(" passed").last
    let failed = lines.containing(" failed").last
    return sum([passed.sum(before: "passed"), failed.sum(before: "failed")])
  }
}
