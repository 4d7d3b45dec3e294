@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport
import Testing

/// Real exercises with real tests, developed from their plans by a model that is wrong at first.
@Suite struct ExerciseTests {
  static let names = [
    "affine-cipher", "grade-school", "list-ops", "phone-number", "pig-latin", "proverb", "two-bucket",
    "variable-length-quantity",
  ]

  /// The folder of exercises beside the checkout, if it is there.
  static let folder: String? = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = "/\(root)/../shared/data/projects"
    return unsafe access(folder, R_OK) == 0 ? folder : nil
  }()

  @Test(.enabled(if: folder != nil, "The exercises in '../shared/data/projects' are not there."), arguments: names)
  func isDevelopedToAVerdictThatHolds(name: String) async throws {
    let module = String(name.map { $0 == "-" ? "_" : $0 })
    let source = "\(try #require(Self.folder))/\(name)"
    var files: [String: String] = [:]
    for file in ["MASTER_PLAN.md", "\(module).py", "\(module)_test.py"] {
      let text = try #require(Self.text(of: "\(source)/\(file)"))
      files[file] = text
    }
    let solution = try #require(Self.text(of: "\(source)/solution/example.py"))
    let mistaken = Self.withMistake(solution)
    let target = "\(module).py"
    let project = try TestProject(files)
    let result = try await project.run(
      [
        TestProject.rule(["phase": "planning"], [TestProject.plan([target])]),
        TestProject.rule(["phase": "coding"], [TestProject.write(target, mistaken), TestProject.finish]),
        TestProject.rule(["phase": "debugging"], [TestProject.write(target, solution), TestProject.finish]),
        TestProject.rule(["phase": "qa"], [TestProject.approve(target)]),
        TestProject.rule(["phase": "documentation"], [TestProject.finish]),
      ],
      wellBehaved: false,
      overrides: ["limits.check_time=60s", "limits.first_token=10s"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.checks.values.contains("passed"))
    #expect(project.folder.text(of: target) == solution)
    for file in ["MASTER_PLAN.md", "\(module)_test.py"] { #expect(project.folder.text(of: file) == files[file]) }
    #expect(Set(project.folder.names()) == Set(files.keys).union([".autonomy"]))
    let phases = project.sink.events.compactMap { if case .phaseFinished(let e) = $0.event { e } else { nil } }
    #expect(phases.map(\.result) == ["planned", "coded", "rejected", "fixed", "approved", "documented"])
  }

  /// The solution with nothing in place of every value, as a hasty model would have it.
  private static func withMistake(_ solution: String) -> String {
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
