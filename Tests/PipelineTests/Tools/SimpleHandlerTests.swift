import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct SimpleHandlerTests {
  @Test func deletesAFileThatWasRead() async throws {
    var stage = try ToolStage(files: ["a/f": "x"])
    #expect(await stage.reason(against: "delete_file", .path("a/f")).contains("Read it"))
    try await stage.call("read_file", .path("a/f"))
    try await stage.call("delete_file", .path("a/f"))
    #expect(stage.folder.bytes(of: "a/f") == nil)
    #expect(await stage.reason(against: "delete_file", .path("a/f")).contains("There is no file"))
  }

  @Test func runsACheckByName() async throws {
    var stage = try ToolStage()
    stage.context.checks = ["unit", "lint"]
    stage.context.runCheck = { "ran \($0)" }
    #expect(try await stage.call("run_check", ["name": "unit"]).text == "ran unit")
    #expect(
      await stage.reason(against: "run_check", ["name": "tests"])
        == "There is no check 'tests'. The checks are 'unit', 'lint'."
    )
  }

  @Test func saysThatThereAreNoChecks() async throws {
    var stage = try ToolStage()
    #expect(
      await stage.reason(against: "run_check", ["name": "tests"])
        == "There is no check 'tests'. This project has no checks."
    )
  }

  @Test func tellsACancelledCheckFromABrokenOne() async throws {
    struct Broken: Error, CustomStringConvertible { let description = "The sandbox is broken." }
    var stage = try ToolStage()
    stage.context.checks = ["unit"]
    stage.context.runCheck = { _ in throw CancellationError() }
    #expect(await stage.refusal(of: "run_check", ["name": "unit"]) == .cancelled)
    stage.context.runCheck = { _ in throw Broken() }
    #expect(await stage.refusal(of: "run_check", ["name": "unit"]) == .fatal("The sandbox is broken."))
  }

  @Test func asksAndFinishes() async throws {
    var stage = try ToolStage()
    #expect(try await stage.call("ask_user", ["question": "Why?"]).effect == .question("Why?"))
    #expect(try await stage.call("finish", ["summary": "Done."]).effect == .finished(summary: "Done."))
  }
}
