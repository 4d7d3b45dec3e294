@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import Synchronization
import TestSupport
import Testing

/// Checks and users that a run must bear.
@Suite struct HardCheckTests {
  private static func project(check: String) throws -> TestProject {
    var files = TestProject.small
    files["test.sh"] = check + "test \"$(cat out.txt)\" = good && echo '1 passed, 0 failed'\n"
    return try TestProject(files)
  }

  @Test func whatACheckLeavesRunningIsEnded() async throws {
    // Nobody else sleeps just as long.
    let seconds = "\(30_000 + getpid())"
    let project = try Self.project(check: "(setsid sleep \(seconds) &)\nsleep \(seconds) &\n")
    let result = try await project.run()
    #expect(result.outcome == .complete, "\(result.message)")
    let left = try await ProcessRunner().run(
      ProcessRequest(
        arguments: [
          "/bin/sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'slee[p] \(seconds)'",
        ],
        directory: "/",
        environment: ["PATH": "/usr/bin:/bin"],
        timeLimit: .seconds(10)
      )
    )
    #expect(left.output.text == "0\n")
  }

  @Test func aCheckMayPrintAGigabyte() async throws {
    let project = try Self.project(check: "test -e out.txt && head -c 1000000000 /dev/zero\necho\n")
    let result = try await project.run(overrides: ["limits.check_time=5m", "limits.check_output=4096"])
    #expect(result.outcome == .complete, "\(result.message)")
  }

  @Test func aFileThatTheUserChangesInsideAStepIsReadAgain() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("# Plan\n\nWrite out.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("from the start\n", to: "out.txt")
    let requests = Mutex(0)
    let run = AssembledRun(folder: folder) { request throws(ModelError) in
      let names = Set(request.tools.map { $0.name })
      let isCoding = names.contains("delete_file")
      guard isCoding else { return InterruptionTests.answer(request) }
      let number = requests.withLock { number in
        number += 1
        return number
      }
      let path: JSONObject = ["path": "out.txt"]
      switch number {
      case 1:
        // What the model was shown is no more what is there.
        _ = try? folder.write("by the user\n", to: "out.txt")
        return .calls([ToolCall(id: "1", name: "write_file", arguments: ["path": "out.txt", "content": "lost\n"])])
      case 2: return .calls([ToolCall(id: "2", name: "read_file", arguments: path)])
      case 3:
        let edit: JSONObject = ["path": "out.txt", "old_text": "user", "new_text": "user and the model"]
        return .calls([ToolCall(id: "3", name: "edit_file", arguments: edit)])
      default: return .calls([ToolCall(id: "4", name: "finish", arguments: ["summary": "Done."])])
      }
    }
    let result = try await run.run()
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(folder.text(of: "out.txt") == "by the user and the model\n")
  }
}
