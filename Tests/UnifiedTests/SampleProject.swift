@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport

/// A copy of a sample project, developed by a model that knows the solution and some wrong first versions.
struct SampleProject {
  private static let answers = ["tasks.json", "solution", "mistakes"]

  private let source: String
  private let files: [String: String]
  private let project: TestProject

  /// Copies what a user would hand over of the sample of that name.
  init(_ name: String) throws {
    let root = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    source = "/\(root)/Fixtures/projects/\(name)"
    files = try Self.files(below: source)
    project = try TestProject(files)
  }

  /// Runs it; the tasks of the numbers in `mistaken` are done wrong at first.
  func run(targets: [[String]], mistaken: Set<Int>) async throws -> ResultEvent {
    let tasks = try JSONValue(parsing: Self.text(of: "\(source)/tasks.json"))
    var rules = [TestProject.rule(["phase": "planning"], [TestProject.call("plan_tasks", ["tasks": tasks])])]
    for (index, paths) in targets.enumerated() {
      let task = "t\(index + 1)"
      func writes(from folder: String) throws -> [JSONValue] {
        try paths.map { TestProject.write($0, try Self.text(of: "\(source)/\(folder)/\(task)/\($0)")) }
      }
      let solution = try writes(from: "solution")
      let first = mistaken.contains(index + 1) ? try writes(from: "mistakes") : solution
      func asked(_ phase: JSONValue) -> JSONValue { ["phase": phase, "task": .string(task)] }
      rules.append(TestProject.rule(asked("coding"), first + [TestProject.finish]))
      rules.append(TestProject.rule(asked("debugging"), solution + [TestProject.finish]))
      rules.append(TestProject.rule(asked("qa"), paths.map { TestProject.approve($0) }))
    }
    rules.append(TestProject.rule(["phase": "documentation"], [TestProject.finish]))
    return try await project.run(
      rules,
      wellBehaved: false,
      overrides: ["limits.check_time=5m", "limits.first_token=10s"],
      environment: ["PATH": TestEnvironment.path, "HOME": "/root"]
    )
  }

  /// The tasks that reviews sent back, in order.
  var rejectedTasks: [TaskID] {
    project.sink.events.compactMap { stored in
      if case .phaseFinished(let event) = stored.event, event.result == "rejected" { event.task } else { nil }
    }
  }

  /// The files that differ from what was handed over or are new, by-products of the checks aside.
  func changedFiles() throws -> [String] {
    let byProducts = [".build/", "__pycache__/", ".autonomy/"]
    let now = try Self.files(below: project.folder.path).filter { file in
      !byProducts.contains { file.key.contains($0) }
    }
    return Set(now.keys).union(files.keys).filter { now[$0] != files[$0] }.sorted()
  }

  /// The files of a folder by path, but for what a run must not see.
  static func files(below folder: String) throws -> [String: String] {
    var files: [String: String] = [:]
    for path in paths(in: folder, "") where !answers.contains(String(path.split(separator: "/")[0])) {
      files[path] = try text(of: "\(folder)/\(path)")
    }
    return files
  }

  private static func paths(in root: String, _ prefix: String) -> [String] {
    guard let directory = unsafe opendir("\(root)/\(prefix)") else { return [] }
    defer { unsafe closedir(directory) }
    var paths: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      let isFolder = unsafe entry.pointee.d_type == UInt8(DT_DIR)
      if isFolder { paths += self.paths(in: root, "\(prefix)\(name)/") } else { paths.append(prefix + name) }
    }
    return paths
  }

  static func text(of path: String) throws -> String {
    guard let file = unsafe fopen(path, "r") else { throw Unreadable(path: path) }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 18)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private struct Unreadable: Error {
    let path: String
  }
}
