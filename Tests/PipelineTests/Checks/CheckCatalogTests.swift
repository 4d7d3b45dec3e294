import TestSupport
import Testing

@testable import Pipeline

@Suite struct CheckCatalogTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func found(hasPytest: Bool = false) async throws -> [CheckDefinition] {
    try await CheckCatalog().discover(in: folder.path) { _ in hasPytest }
  }

  private func commands(hasPytest: Bool = false) async throws -> [String: String] {
    let checks = try await found(hasPytest: hasPytest)
    return Dictionary(uniqueKeysWithValues: checks.map { ($0.name, $0.arguments.joined(separator: " ")) })
  }

  @Test func findsNothingInAnEmptyProject() async throws {
    #expect(try await found().isEmpty)
  }

  @Test func prefersPytestWhereItCanBeImported() async throws {
    try folder.write("", to: "x_test.py")
    #expect(try await commands(hasPytest: true) == ["pytest": "python3 -m pytest --verbosity=-1"])
  }

  @Test func hasOneUnittestCheckForEachPattern() async throws {
    try folder.write("", to: "test_a.py")
    try folder.write("", to: "b_test.py")
    #expect(
      try await commands() == [
        "unittest": "python3 -m unittest discover -s . -p test*.py",
        "unittest-suffix": "python3 -m unittest discover -s . -p *_test.py",
      ]
    )
  }

  @Test func startsUnittestWhereTheTestsAre() async throws {
    try folder.write("", to: "tests/unit/test_a.py")
    try folder.write("", to: "package/test_b.py")
    try folder.write("", to: "package/__init__.py")
    #expect(
      try await commands() == [
        "unittest": "python3 -m unittest discover -s . -p test*.py",
        "unittest:tests/unit": "python3 -m unittest discover -s tests/unit -p test*.py",
      ]
    )
  }

  @Test(arguments: ["node_modules/p/test_a.py", ".venv/lib/test_a.py", "my/pyvenv.cfg", "source.py"])
  func seesNoTestsInDependencies(path: String) async throws {
    try folder.write("", to: path)
    if path == "my/pyvenv.cfg" { try folder.write("", to: "my/test_a.py") }
    #expect(try await found(hasPytest: true).isEmpty)
  }

  @Test func usesTheInterpreterOfTheProject() async throws {
    try folder.write("#!/bin/sh", to: ".venv/bin/python", mode: 0o755)
    try folder.write("", to: "test_a.py")
    #expect(try await commands(hasPytest: true) == ["pytest": "./.venv/bin/python -m pytest --verbosity=-1"])
  }

  @Test(arguments: [
    ["Package.swift", "  .testTarget(name: \"T\")", "swift", "swift test"],
    ["package.json", #"{"scripts": {"test": "node --test"}}"#, "npm", "npm test"],
    ["Cargo.toml", "[package]", "cargo", "cargo test --no-fail-fast"],
    ["Makefile", ".PHONY: test\nbuild test: a b\n\techo", "make", "make test"],
    ["GNUmakefile", "check:: x", "make", "make check"],
    ["Makefile", "all clean \\\n  test: ; true", "make", "make test"],
    ["Makefile", "all: a \\\n  test: b\ncheck: c", "make", "make check"],
    ["Makefile", "test:\r\n\ttrue\r\n", "make", "make test"],
    ["package.json", "{broken", "npm", "npm test"],
    ["test.sh", "true", "test.sh", "sh test.sh"],
    ["test.sh", "#!/usr/bin/env bash\ntrue", "test.sh", "bash test.sh"],
  ]) func findsByConvention(row: [String]) async throws {
    try folder.write(row[1], to: row[0])
    #expect(try await commands() == [row[2]: row[3]])
  }

  @Test(arguments: [
    ("Package.swift", "// no tests"),
    ("package.json", #"{"scripts": {"test": "echo \"Error: no test specified\" && exit 1"}}"#),
    ("package.json", #"{"scripts": {}}"#),
    ("Makefile", "test := 1\n# test:\n\ttest:\nall: test"),
    ("go.mod", "module x"),
    ("CMakeLists.txt", "project(x)"),
    ("sub/test.sh", "true"),
  ]) func findsNothingWhereNothingIsTested(file: String, text: String) async throws {
    try folder.write(text, to: file)
    #expect(try await found().isEmpty)
  }

  @Test(arguments: [
    ("include rules.mk", "rules.mk", true),
    ("-include build/a.mk rules.mk # both", "rules.mk", true),
    ("include sub/rules.mk", "sub/rules.mk", true),
    ("include ../rules.mk", "../rules.mk", false),
    ("include $(wildcard *.mk)", "rules.mk", false),
    ("include rules.mk", "none.mk", false),
  ]) func followsWhatAMakefileIncludes(line: String, file: String, isFound: Bool) async throws {
    let folder = try TemporaryDirectory()
    try folder.write("\(line)\n", to: "project/Makefile")
    try folder.write("include Makefile\ntest:\n\ttrue\n", to: "project/\(file)")
    let found = try await CheckCatalog().discover(in: folder.appending("project")) { _ in false }
    #expect(found.map(\.name) == (isFound ? ["make"] : []))
  }

  @Test func findsAllThatApply() async throws {
    try folder.write("module x", to: "go.mod")
    try folder.write("package x", to: "sub/x_test.go")
    try folder.write("test:", to: "makefile")
    try folder.write("enable_testing()", to: "CMakeLists.txt")
    try folder.write("", to: "test.sh")
    let checks = try await found()
    #expect(checks.map(\.name) == ["go", "make", "ctest", "test.sh"])
    #expect(
      checks.map(\.reason) == [
        "There is a 'go.mod', and there are Go tests.",
        "'makefile' has the target 'test'.",
        "'CMakeLists.txt' sets up tests.",
        "There is a 'test.sh'.",
      ]
    )
  }

  @Test func testsTheBuildThatIsConfigured() async throws {
    try folder.write("enable_testing()", to: "CMakeLists.txt")
    try folder.write("", to: "build/CTestTestfile.cmake")
    #expect(try await found().first?.arguments.last == "build")
    // A copy of that build would go on working on what it was made of.
    let inCopy = try await CheckCatalog().discover(in: folder.path, isCopy: true) { _ in false }
    #expect(inCopy.first?.arguments.last?.contains("cmake -S .") == true)
  }

  @Test(arguments: [
    "test_a.py", "a_test.py", "conftest.py", "tests/data/x.json", "Tests/A.swift", "Sources/ATests.swift", "a.test.js",
    "a.spec.ts", "x_test.go", "test.sh", "src/__tests__/x.js", "pytest.py", "unittest/__init__.py",
  ]) func knowsTestsByTheirPaths(path: String) {
    #expect(TestFiles.isTest(path))
  }

  @Test(arguments: [
    "latest.py", "contest.go", "a.js", "testing.md", "src/test_data", "attest/a.py", "test", "a.ts", "pytest.ini",
  ])
  func takesNothingElseForATest(path: String) {
    #expect(!TestFiles.isTest(path))
  }
}
