/// Which files are tests, by the conventions of the languages; paths are relative to the project.
package enum TestFiles {
  /// A folder that is named like the library of tests stands in for it.
  private static let folders: Set<Substring> = [
    "test", "tests", "Test", "Tests", "__tests__", "spec", "testdata", "pytest", "_pytest", "unittest",
  ]

  private static let names: Set<Substring> = [
    "conftest.py", "test.sh", "test.py", "tests.py", "test.js", "pytest.py", "unittest.py", "sitecustomize.py",
    "usercustomize.py",
  ]

  private static let endings = [
    "_test.py", "_tests.py", "_test.go", "_test.rs", "_test.c", "_test.cc", "_test.cpp", "_test.rb", "_spec.rb",
    "Test.swift", "Tests.swift", "Test.java", "Tests.java", "Test.kt", "Tests.cs", "_test.sh", ".bats",
  ]

  /// Whether the file tests the project rather than being part of it.
  package static func isTest(_ path: String) -> Bool {
    var components = path.split(separator: "/")
    guard let name = components.popLast() else { return false }
    if components.contains(where: folders.contains) || names.contains(name) { return true }
    if name.hasPrefix("test_"), isSource(name) { return true }
    // "parser.test.ts", "parser.spec.js" and what else that world writes.
    let parts = name.split(separator: ".")
    if parts.count >= 3, parts[parts.count - 2] == "test" || parts[parts.count - 2] == "spec" { return true }
    return endings.contains { name.hasSuffix($0) }
  }

  /// Whether `python3 -m unittest discover` finds the file by its default pattern, `test*.py`.
  static func hasUnittestPrefix(_ name: some StringProtocol) -> Bool { name.hasPrefix("test") && name.hasSuffix(".py") }

  /// Whether the file has the name that pytest takes besides: `*_test.py`.
  static func hasPytestSuffix(_ name: some StringProtocol) -> Bool { name.hasSuffix("_test.py") }

  private static func isSource(_ name: Substring) -> Bool {
    [".py", ".c", ".cc", ".cpp", ".rb", ".sh", ".rs", ".js", ".ts"].contains { name.hasSuffix($0) }
  }
}
