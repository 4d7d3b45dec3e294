package import SourceControl

/// Which files say what a project's checks do, besides the tests themselves; paths are relative to the project.
package struct CheckFiles: Hashable, Sendable {
  private static let names: Set<Substring> = [
    "GNUmakefile", "makefile", "Makefile", "package.json", "pyproject.toml", "pytest.ini", ".pytest.ini", "pytest.toml",
    ".pytest.toml", "setup.cfg", "tox.ini", "CMakeLists.txt", "CTestTestfile.cmake", "Cargo.toml", "Package.swift",
    "go.mod", "go.work",
  ]

  /// Those that are only in folders of their own.
  private static let endings = [".cargo/config.toml", ".cargo/config"]

  private static let beginnings = ["jest.config.", "vitest.config.", ".mocharc."]

  /// What the commands name.
  private var named: Set<String> = []

  /// Takes the checks whose commands may name files of the project.
  package init(_ checks: [CheckDefinition] = []) {
    for check in checks {
      let folder = check.directory.isEmpty ? "" : "\(check.directory)/"
      for word in check.arguments.flatMap(Self.words) { named.insert(folder + word) }
    }
  }

  /// Whether the file defines a check and is no test.
  package func isDefinition(_ path: ProjectPath) -> Bool {
    let path = path.description
    guard !TestFiles.isTest(path) else { return false }
    let name = path.split(separator: "/").last ?? ""
    return Self.names.contains(name) || name.hasSuffix(".mk") || Self.beginnings.contains { name.hasPrefix($0) }
      || Self.endings.contains { path == $0 || path.hasSuffix("/\($0)") } || named.contains(path)
  }

  /// Whether the file has a say in what a check comes to, as a test or otherwise.
  package func decides(_ path: ProjectPath) -> Bool { TestFiles.isTest(path.description) || isDefinition(path) }

  /// What may be paths in an argument, which may be a whole line of a shell.
  private static func words(_ argument: String) -> [String] {
    let parts = argument.split { " \t\n'\"`;|&()<>=".contains($0) }
    return parts.map { part in String(part.hasPrefix("./") ? part.dropFirst(2) : part) }
  }
}
