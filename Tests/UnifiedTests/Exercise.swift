@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import Testing

/// A real exercise with real tests, and a model that knows its solution and is wrong at first.
struct Exercise {
  /// What the user hands over.
  let files: [String: String]
  let target: String
  let solution: String

  init(_ name: String) throws {
    let module = String(name.map { $0 == "-" ? "_" : $0 })
    let source = "\(try #require(ExerciseTests.folder))/\(name)"
    var files: [String: String] = [:]
    for file in ["MASTER_PLAN.md", "\(module).py", "\(module)_test.py"] {
      let text = try #require(Self.text(of: "\(source)/\(file)"))
      files[file] = text
    }
    self.files = files
    target = "\(module).py"
    solution = try #require(Self.text(of: "\(source)/solution/example.py"))
  }

  /// The rules of a model that is wrong at first.
  var rules: [JSONValue] {
    [
      TestProject.rule(["phase": "planning"], [TestProject.plan([target])]),
      TestProject.rule(
        ["phase": "coding"],
        [TestProject.write(target, Self.withMistake(solution)), TestProject.finish]
      ),
      TestProject.rule(["phase": "debugging"], [TestProject.write(target, solution), TestProject.finish]),
      TestProject.rule(["phase": "qa"], [TestProject.approve(target)]),
      TestProject.rule(["phase": "documentation"], [TestProject.finish]),
    ]
  }

  /// Runs it, with the model's rules changed by `change`.
  func run(seed: Int = 1, _ change: ([JSONValue]) -> [JSONValue] = { $0 }) async throws -> (ResultEvent, TestProject) {
    let project = try TestProject(files)
    let overrides = ["limits.check_time=60s", "limits.first_token=10s", "limits.step_model_calls=40"]
    return (try await project.run(change(rules), wellBehaved: false, seed: seed, overrides: overrides), project)
  }

  /// The solution with nothing in place of every value, as a hasty model would have it.
  static func withMistake(_ solution: String) -> String {
    solution.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indent = line.prefix { $0 == " " }
      return line.dropFirst(indent.count).hasPrefix("return ") ? "\(indent)return None" : String(line)
    }.joined(separator: "\n")
  }

  private static func text(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
