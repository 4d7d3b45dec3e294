import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct ReviewHandlerTests {
  private func stage() throws -> ToolStage {
    var stage = try ToolStage(.qa, files: ["a.c": "int a;\n", "b.c": "int b;\n"])
    stage.context.reviewed = ["a.c", "gone.c"]
    return stage
  }

  @Test func approvesWhatWasShown() async throws {
    var stage = try stage()
    try await stage.call("read_file", .path("a.c"))
    let answer = try await stage.call("approve", ["path": "./a.c", "notes": "fine"])
    #expect(answer.effect == .approval("a.c", notes: "fine"))
  }

  @Test func approvesNothingUnseen() async throws {
    var stage = try stage()
    #expect(await stage.reason(against: "approve", .path("a.c")).contains("was not shown to you in this review"))
  }

  @Test func approvesNothingThatChangedSince() async throws {
    var stage = try stage()
    try await stage.call("read_file", .path("a.c"))
    try stage.folder.write("int other;\n", to: "a.c")
    #expect(await stage.reason(against: "approve", .path("a.c")).contains("was changed by somebody else"))
  }

  @Test func approvesThatAFileIsGone() async throws {
    var stage = try stage()
    #expect(try await stage.call("approve", .path("gone.c")).effect == .approval("gone.c", notes: nil))
  }

  @Test(arguments: ["b.c", "absent.c"]) func namesWhatIsUnderReview(path: String) async throws {
    var stage = try stage()
    let reason = "'\(path)' is not under review. Under review: 'a.c', 'gone.c'."
    #expect(await stage.reason(against: "approve", .path(path)) == reason)
    #expect(
      await stage.reason(
        against: "report_issue",
        ["path": .string(path), "kind": "logic", "description": "x"]
      ) == reason
    )
  }

  @Test func notesAnIssue() async throws {
    var stage = try stage()
    let answer = try await stage.call(
      "report_issue",
      ["path": "a.c", "kind": "types", "description": "Wrong type.", "line": 1, "suggestion": "Use long."]
    )
    #expect(
      answer.effect
        == .issue(
          ReviewIssue(
            path: "a.c",
            kind: .types,
            description: "Wrong type.",
            line: 1,
            suggestion: "Use long."
          )
        )
    )
  }

  @Test func refusesAnUnknownKind() async throws {
    var stage = try stage()
    let error = await stage.refusal(of: "report_issue", ["path": "a.c", "kind": "syntax_error", "description": "x"])
    #expect(error?.message.contains("'kind' must be one of 'syntax', 'logic',") == true)
  }
}
