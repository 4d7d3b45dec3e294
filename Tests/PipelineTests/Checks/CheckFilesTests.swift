import Pipeline
import SourceControl
import Testing

/// Which files say what a check does.
@Suite struct CheckFilesTests {
  private static let files = CheckFiles([
    CheckDefinition(name: "a", arguments: ["sh", "./ci/verify.sh", "--rules=ci/rules.txt"]),
    CheckDefinition(name: "b", arguments: ["bash", "-c", "cd sub && ./all | tee log"]),
    CheckDefinition(name: "c", arguments: ["python3", "judge.py"], directory: "tools"),
  ])

  @Test(arguments: [
    "Makefile", "sub/rules.mk", "package.json", "pytest.ini", "setup.cfg", "CMakeLists.txt", "lib/CMakeLists.txt",
    "Cargo.toml", "Package.swift", "jest.config.js", "ci/verify.sh", "ci/rules.txt", "all", "tools/judge.py",
    ".cargo/config.toml", "go.work", "pytest.toml",
  ]) func knowsWhatDefinesACheck(path: String) throws {
    let path = try ProjectPath(path)
    #expect(Self.files.isDefinition(path))
    #expect(Self.files.decides(path))
  }

  @Test(arguments: ["tests/Makefile", "conftest.py"]) func aTestIsNoDefinition(path: String) throws {
    let path = try ProjectPath(path)
    #expect(!Self.files.isDefinition(path))
    #expect(Self.files.decides(path))
  }

  @Test(arguments: ["judge.py", "verify.sh", "src/main.c", "Makefile.txt", "readme.md"])
  func takesNothingElseForOne(path: String) throws {
    #expect(!Self.files.decides(try ProjectPath(path)))
  }
}
