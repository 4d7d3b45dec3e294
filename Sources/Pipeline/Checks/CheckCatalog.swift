import JSON
import Synchronization

/// The conventions by which the checks of a project are found.
final class CheckCatalog: Sendable {
  /// What is known of interpreters, by path and time of change; asking one takes a tenth of a second.
  private let interpretersWithPytest = Mutex<[String: Bool]>([:])

  /// Finds all that apply; `hasPytest` is asked once for each Python interpreter.
  ///
  /// What is built in the project is of no use in a copy of it.
  func discover(
    in root: String,
    isCopy: Bool = false,
    hasPytest: (_ interpreter: String) async throws -> Bool
  ) async throws -> [CheckDefinition] {
    let survey = ProjectSurvey(of: root)
    var checks: [CheckDefinition] = []
    if !survey.pythonTests.isEmpty {
      let interpreter = Self.interpreter(in: root)
      checks +=
        try await knowsPytest(interpreter, root, ask: hasPytest)
        ? [Self.pytest(interpreter, survey)] : Self.unittest(interpreter, survey)
    }
    return checks
      + [
        Self.swift(survey), Self.npm(survey), Self.cargo(survey), Self.go(survey), Self.make(survey),
        Self.ctest(survey, isCopy: isCopy),
        Self.script(survey),
      ].compactMap { $0 }
  }

  // MARK: - Python

  private static func interpreter(in root: String) -> String {
    let own = [".venv/bin/python", "venv/bin/python"].first { ExecutableSearch.isExecutableFile("\(root)/\($0)") }
    return own.map { "\(root)/\($0)" } ?? "python3"
  }

  private func knowsPytest(
    _ interpreter: String,
    _ root: String,
    ask: (String) async throws -> Bool
  ) async throws -> Bool {
    // In an environment of the project's own pytest may be installed while we run, so that it is asked each time.
    if interpreter != "python3" { return try await ask(interpreter) }
    if let known = interpretersWithPytest.withLock({ $0[interpreter] }) { return known }
    let answer = try await ask(interpreter)
    interpretersWithPytest.withLock { $0[interpreter] = answer }
    return answer
  }

  private static func pytest(_ interpreter: String, _ survey: ProjectSurvey) -> CheckDefinition {
    CheckDefinition(
      name: "pytest",
      // As short as with '-q', which would leave out the summary where the project's own options have one too.
      arguments: [relative(interpreter, to: survey.root), "-m", "pytest", "--verbosity=-1"],
      convention: .pytest,
      reason: "'\(survey.pythonTests[0])' is a Python test and pytest can be imported."
    )
  }

  /// One check for each pattern and each folder that `unittest` must start from, because it only enters packages.
  private static func unittest(_ interpreter: String, _ survey: ProjectSurvey) -> [CheckDefinition] {
    var checks: [String: CheckDefinition] = [:]
    for path in survey.pythonTests {
      let name = RealPath.lastComponent(of: path)
      var start = path.contains("/") ? RealPath.parent(of: path) : ""
      while !start.isEmpty, survey.pythonPackages.contains(start) {
        start = start.contains("/") ? RealPath.parent(of: start) : ""
      }
      let place = start.isEmpty ? "" : ":\(start)"
      let folder = start.isEmpty ? "." : start
      var patterns: [(name: String, glob: String)] = []
      if TestFiles.hasUnittestPrefix(name) { patterns.append(("unittest", "test*.py")) }
      if TestFiles.hasPytestSuffix(name) { patterns.append(("unittest-suffix", "*_test.py")) }
      for pattern in patterns where checks[pattern.name + place] == nil {
        checks[pattern.name + place] = CheckDefinition(
          name: pattern.name + place,
          arguments: [relative(interpreter, to: survey.root), "-m", "unittest", "discover"]
            + ["-s", folder, "-p", pattern.glob],
          convention: .unittest,
          reason: "'\(path)' is a Python test and pytest cannot be imported."
        )
      }
    }
    return checks.values.sorted { $0.name < $1.name }
  }

  /// A path that holds in copies of the project too.
  private static func relative(_ interpreter: String, to root: String) -> String {
    interpreter.hasPrefix(root + "/") ? "." + interpreter.dropFirst(root.count) : interpreter
  }

  // MARK: - Other languages

  private static func swift(_ survey: ProjectSurvey) -> CheckDefinition? {
    guard let manifest = survey.text(of: "Package.swift"), contains(".testTarget", manifest) else { return nil }
    return CheckDefinition(
      name: "swift",
      arguments: ["swift", "test"],
      convention: .swift,
      reason: "'Package.swift' has a test target."
    )
  }

  private static func npm(_ survey: ProjectSurvey) -> CheckDefinition? {
    guard let bytes = survey.text(of: "package.json") else { return nil }
    let reason: String
    if let manifest = try? JSONValue(parsing: bytes, syntax: .json) {
      guard let script = manifest.object?["scripts"]?.object?["test"]?.string, !script.isEmpty,
        !script.contains("no test specified")
      else { return nil }
      reason = "'package.json' has a test script."
    } else {
      // npm says what is wrong with it.
      reason = "There is a 'package.json', which cannot be read."
    }
    return CheckDefinition(name: "npm", arguments: ["npm", "test"], convention: .npm, reason: reason)
  }

  private static func cargo(_ survey: ProjectSurvey) -> CheckDefinition? {
    guard survey.has("Cargo.toml") else { return nil }
    return CheckDefinition(
      name: "cargo",
      arguments: ["cargo", "test", "--no-fail-fast"],
      convention: .cargo,
      reason: "There is a 'Cargo.toml'."
    )
  }

  private static func go(_ survey: ProjectSurvey) -> CheckDefinition? {
    guard survey.has("go.mod"), survey.hasGoTests else { return nil }
    return CheckDefinition(
      name: "go",
      arguments: ["go", "test", "-v", "./..."],
      convention: .go,
      reason: "There is a 'go.mod', and there are Go tests."
    )
  }

  private static func make(_ survey: ProjectSurvey) -> CheckDefinition? {
    guard let name = Makefile.names.first(where: survey.has), let bytes = survey.text(of: name) else { return nil }
    let targets = Makefile(bytes, included: survey.text(at:)).targets
    guard let target = ["test", "check"].first(where: targets.contains) else { return nil }
    return CheckDefinition(
      name: "make",
      arguments: ["make", target],
      convention: .make,
      reason: "'\(name)' has the target '\(target)'."
    )
  }

  /// Builds before it tests, because a stale build proves nothing.
  private static func ctest(_ survey: ProjectSurvey, isCopy: Bool) -> CheckDefinition? {
    guard let lists = survey.text(of: "CMakeLists.txt") else { return nil }
    guard contains("enable_testing", lists) || contains("CTest", lists) else { return nil }
    let configured = ["build", "_build", "out"].first {
      !isCopy && FileKind.of("\(survey.root)/\($0)/CTestTestfile.cmake") == .file
    }
    let script = #"cmake --build "$1" && exec ctest --test-dir "$1" --output-on-failure"#
    let configure = #"set -- "$CHECK_CACHE/cmake" && cmake -S . -B "$1" && "#
    return CheckDefinition(
      name: "ctest",
      arguments: configured.map { ["sh", "-c", script, "ctest", $0] }
        ?? ["sh", "-c", configure + script],
      convention: .ctest,
      reason: "'CMakeLists.txt' sets up tests" + (configured.map { ", built in '\($0)'." } ?? ".")
    )
  }

  private static func script(_ survey: ProjectSurvey) -> CheckDefinition? {
    guard let bytes = survey.text(of: "test.sh") else { return nil }
    let firstLine = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let shell = firstLine.starts(with: "#!".utf8) && contains("bash", Array(firstLine)) ? "bash" : "sh"
    return CheckDefinition(
      name: "test.sh",
      arguments: [shell, "test.sh"],
      convention: .script,
      reason: "There is a 'test.sh'."
    )
  }

  private static func contains(_ text: String, _ bytes: [UInt8]) -> Bool {
    !OutputLines(bytes).containing(text).isEmpty
  }
}
