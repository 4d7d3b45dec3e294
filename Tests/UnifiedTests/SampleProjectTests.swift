import JSON
import Pipeline
import TestSupport
import Testing

/// Projects of several tasks that depend on each other, from plan to verdict, with mistakes in some first attempts.
@Suite struct SampleProjectTests {
  @Test(
    .enabled(
      if: ExecutableSearch.find("python3", path: TestEnvironment.path, directory: "/") != nil,
      "There is no 'python3'."
    )
  )
  func theMistakeOfTheLastTaskIsFoundByTheOneCheck() async throws {
    let sample = try SampleProject("stencil")
    let result = try await sample.run(
      targets: [["stencil/lexer.py"], ["stencil/parser.py"], ["stencil/filters.py"], ["stencil/render.py"]],
      mistaken: [4]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(sample.rejectedTasks == [TaskID(number: 4)])
    #expect(
      try sample.changedFiles() == ["stencil/filters.py", "stencil/lexer.py", "stencil/parser.py", "stencil/render.py"]
    )
  }

  /// Builds a Swift package a dozen times, which takes minutes.
  @Test(.enabled(if: TestEnvironment.wantsSlowTests, "SLOW_TESTS=1 runs this; it takes minutes."))
  func aTaskThatBreaksWhatAnEarlierOneDidIsSentBack() async throws {
    let sample = try SampleProject("ledger")
    let result = try await sample.run(
      targets: [
        ["Sources/Ledger/Money.swift"],
        ["Sources/Ledger/Ledger.swift", "Sources/Ledger/Money.swift"],
        ["Sources/Ledger/Report.swift", "Sources/Ledger/Money.swift"],
      ],
      mistaken: [2, 3]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(sample.rejectedTasks == [TaskID(number: 2), TaskID(number: 3)])
    #expect(
      try sample.changedFiles()
        == ["Sources/Ledger/Ledger.swift", "Sources/Ledger/Money.swift", "Sources/Ledger/Report.swift"]
    )
  }
}
