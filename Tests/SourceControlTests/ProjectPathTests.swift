import SourceControl
import Testing

@Suite struct ProjectPathTests {
  @Test(arguments: [
    ("a", "a"), ("src/main.c", "src/main.c"), ("./src//main.c", "src/main.c"), ("src/./x/", "src/x"), ("a b", "a b"),
    ("..a/...", "..a/..."), (".git", ".git"),
  ])
  func keepsWhatMatters(text: String, path: String) throws {
    #expect(try ProjectPath(text).description == path)
  }

  @Test(arguments: [
    ("", InvalidPath.Reason.isEmpty), (".", .isEmpty), ("././", .isEmpty), ("/etc/passwd", .isAbsolute),
    ("//x", .isAbsolute), ("..", .leavesTheProject), ("a/../b", .leavesTheProject), ("a/..", .leavesTheProject),
    ("a\0b", .containsNUL), (String(repeating: "x", count: 256), .isTooLong),
    (String(repeating: "x/", count: 3000), .isTooLong),
  ])
  func refusesWhatLeadsElsewhere(text: String, reason: InvalidPath.Reason) throws {
    let error = try #require(throws: InvalidPath.self) { try ProjectPath(text) }
    #expect(error == InvalidPath(text: text, reason: reason))
    #expect(error.description.hasSuffix("."))
  }

  @Test func keepsNamesThatAreNoText() throws {
    let path = try ProjectPath(bytes: [0x61, 0xFF])
    #expect(path.bytes == [0x61, 0xFF])
    #expect(path.text == nil)
    #expect(path.description == "a\u{FFFD}")
  }

  @Test func keepsNamesApartThatLookAlike() throws {
    let paths: Set<ProjectPath> = ["caf\u{E9}", "cafe\u{301}"]
    #expect(paths.count == 2)
  }

  @Test func knowsItsParts() {
    let path: ProjectPath = "src/core/main.test.c"
    #expect(path.name == "main.test.c")
    #expect(path.fileExtension == "c")
    #expect(path.components == ["src", "core", "main.test.c"])
    #expect(path.parent == "src/core")
    #expect(path.parent?.parent?.parent == nil)
    #expect(path.text == "src/core/main.test.c")
  }

  @Test(arguments: ["Makefile", ".profile", "a/.profile", "trailing.", "a.b/c"] as [ProjectPath])
  func hasNoExtensionWithoutOne(path: ProjectPath) {
    #expect(path.fileExtension == nil)
  }

  @Test func knowsTheFoldersItIsIn() throws {
    #expect(("src/a/b" as ProjectPath).isInside("src"))
    #expect(!("src" as ProjectPath).isInside("src"))
    #expect(!("srcs/a" as ProjectPath).isInside("src"))
    #expect(try ("src" as ProjectPath).appending("x/y") == "src/x/y")
    #expect(throws: InvalidPath.self) { try ("src" as ProjectPath).appending("../x") }
  }

  @Test func ordersByItsBytes() {
    let paths: [ProjectPath] = ["b", "a/b", "a", "a.c", "é", "Z"]
    #expect(paths.sorted() == ["Z", "a", "a.c", "a/b", "b", "é"])
  }
}
