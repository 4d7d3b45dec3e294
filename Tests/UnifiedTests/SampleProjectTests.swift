@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing

/// A project of several tasks with dependencies, whose one check counts only when the last task is reviewed.
@Suite struct SampleProjectTests {
  private static let folder: String = {
    let root = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(root)/Fixtures/projects/stencil"
  }()

  private static let tests = ["test_filters.py", "test_lexer.py", "test_parser.py", "test_render.py"]
  private static let targets = ["lexer", "parser", "filters", "render"].map { "stencil/\($0).py" }

  @Test func fourTasksAreDoneInOrderAndTheMistakeOfTheLastIsFound() async throws {
    var files: [String: String] = [:]
    for file in ["MASTER_PLAN.md", "stencil/errors.py", "stencil/__init__.py"] + Self.tests {
      files[file] = try Self.text(of: file)
    }
    let tasks = try JSONValue(parsing: Self.text(of: "tasks.json"))
    var rules = [TestProject.rule(["phase": "planning"], [TestProject.call("plan_tasks", ["tasks": tasks])])]
    for (index, target) in Self.targets.enumerated() {
      let task = "t\(index + 1)"
      let solution = try Self.text(of: "solution/\(task)/\(target)")
      let first = index == 3 ? try Self.text(of: "mistakes/\(task)/\(target)") : solution
      let asked: JSONValue = ["phase": "coding", "task": .string(task)]
      rules.append(TestProject.rule(asked, [TestProject.write(target, first), TestProject.finish]))
      let mending: JSONValue = ["phase": "debugging", "task": .string(task)]
      rules.append(TestProject.rule(mending, [TestProject.write(target, solution), TestProject.finish]))
      rules.append(TestProject.rule(["phase": "qa", "task": .string(task)], [TestProject.approve(target)]))
    }
    rules.append(TestProject.rule(["phase": "documentation"], [TestProject.finish]))
    let project = try TestProject(files)
    let result = try await project.run(
      rules,
      wellBehaved: false,
      overrides: ["limits.check_time=60s", "limits.first_token=10s"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    let rejected = project.sink.events.compactMap { stored -> TaskID? in
      if case .phaseFinished(let event) = stored.event, event.result == "rejected" { event.task } else { nil }
    }
    #expect(rejected == [TaskID(number: 4)])
    for file in Self.tests { #expect(project.folder.text(of: file) == files[file]) }
  }

  private static func text(of file: String) throws -> String {
    let descriptor = unsafe open("\(folder)/\(file)", O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0, "\(file)")
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 18)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}
