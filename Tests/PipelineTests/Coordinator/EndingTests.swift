import Testing

@testable import Pipeline

/// What an error that nobody else has handled makes of a run.
@Suite struct EndingTests {
  @Test(
    arguments: [
      (.notPermitted, .environment), (.notAFile, .environment), (.environment, .environment), (.changed, .conflict),
      (.hidden, .configuration),
    ] as [(WorkspaceError.Code, RunOutcome)]
  )
  func aFileThatCannotBeUsedIsNoMistakeOfTheProgram(_ code: WorkspaceError.Code, _ outcome: RunOutcome) {
    let error = WorkspaceError(code, path: "a.c", "Could not read 'a.c'.")
    let ending = Ending(stoppedBy: error, state: PipelineState())
    #expect(ending.outcome == outcome)
    #expect(ending.message == "Could not read 'a.c'.")
    #expect(ending.next?.contains("'autonomy resume'") == true)
  }
}
