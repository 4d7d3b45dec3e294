@unsafe @preconcurrency import Glibc
import JSON
import Pipeline
import TestSupport
import Testing

@Suite struct SearchFilesHandlerTests {
  private let files = [
    "src/a.c": "int alpha;\nint beta;\n", "src/sub/b.c": "int gamma;\n", "README.md": "alpha and beta\n",
    ".git/config": "alpha\n", ".autonomy/state": "alpha\n",
  ]

  @Test func listsFilesWithoutAPattern() async throws {
    var stage = try ToolStage(files: files)
    #expect(
      try await stage.call("search_files", [:]).text
        == "3 files:\nREADME.md (15 bytes)\nsrc/a.c (21 bytes)\nsrc/sub/b.c (11 bytes)"
    )
  }

  @Test(arguments: [
    (".", "*.c", "2 files:\nsrc/a.c (21 bytes)\nsrc/sub/b.c (11 bytes)"),
    ("src", "", "2 files:\nsrc/a.c (21 bytes)\nsrc/sub/b.c (11 bytes)"),
    ("src/sub/", "", "1 file:\nsrc/sub/b.c (11 bytes)"),
    ("src", "sub/*.c", "1 file:\nsrc/sub/b.c (11 bytes)"),
    ("", "src/*.c", "1 file:\nsrc/a.c (21 bytes)"),
    ("", "**/*.c", "2 files:\nsrc/a.c (21 bytes)\nsrc/sub/b.c (11 bytes)"),
    ("", "*.zig", "No files."),
    ("src/a.c", "", "1 file:\nsrc/a.c (21 bytes)"),
  ])
  func narrowsByPathAndGlob(path: String, glob: String, listing: String) async throws {
    var stage = try ToolStage(files: files)
    #expect(try await stage.call("search_files", ["path": .string(path), "glob": .string(glob)]).text == listing)
  }

  @Test(arguments: [".", "./", "././", ""]) func takesThePathOfTheProjectItself(path: String) async throws {
    var stage = try ToolStage(files: ["f": "x"])
    #expect(try await stage.call("search_files", .path(path)).text == "1 file:\nf (1 bytes)")
    #expect(try await stage.call("search_files", .path(stage.folder.path + "/" + path)).text == "1 file:\nf (1 bytes)")
  }

  @Test func findsLines() async throws {
    var stage = try ToolStage(files: files)
    #expect(
      try await stage.call("search_files", ["pattern": "(alpha|gamma)"]).text
        == "3 lines:\nREADME.md:1: alpha and beta\nsrc/a.c:1: int alpha;\nsrc/sub/b.c:1: int gamma;"
    )
    #expect(
      try await stage.call("search_files", ["pattern": "^int", "path": "src/sub"]).text
        == "1 line:\nsrc/sub/b.c:1: int gamma;"
    )
    #expect(
      try await stage.call("search_files", ["pattern": "omega"]).text == "No line of 3 files matches."
    )
  }

  @Test(arguments: ["-e", "--help", "-f/etc/passwd", "$(touch x)", "a b", "it's", "\"", "*"])
  func takesAPatternAsNothingElse(pattern: String) async throws {
    var stage = try ToolStage(files: ["f": "x -e --help -f/etc/passwd $(touch x) a b it's \" *\n"])
    _ = await stage.refusal(of: "search_files", ["pattern": .string(pattern)])
    #expect(stage.folder.bytes(of: "x") == nil)
    if !["*", "$(touch x)"].contains(pattern) {
      #expect(try await stage.call("search_files", ["pattern": .string(pattern)]).text.hasPrefix("1 line:"))
    }
  }

  @Test func saysWhatIsWrongWithAPattern() async throws {
    var stage = try ToolStage()
    #expect(
      await stage.reason(against: "search_files", ["pattern": "a("])
        == "The pattern 'a(' is no extended regular expression: Unmatched ( or \\(."
    )
  }

  @Test(arguments: ["\\d+", "a\\\\\\d", "(?:a)", "(?i)a"]) func refusesThePatternsOfOthers(pattern: String) async throws
  {
    var stage = try ToolStage(files: ["f": "d1\n"])
    #expect(await stage.reason(against: "search_files", ["pattern": .string(pattern)]).contains("do not know"))
  }

  @Test func leavesOutBinaryFilesAndLinks() async throws {
    var stage = try ToolStage(files: ["f": "alpha\n"])
    try stage.folder.write([0, 1] + Array("alpha\n".utf8), to: "binary")
    let outside = try ToolStage(files: ["secret": "alpha\n"])
    #expect(unsafe symlink(outside.folder.appending("secret"), stage.folder.appending("link")) == 0)
    #expect(try await stage.call("search_files", ["pattern": "alpha"]).text == "1 line:\nf:1: alpha")
  }

  @Test func hidesWhatTheUserHides() async throws {
    var stage = try ToolStage(files: [".autonomyignore": "*.key\n", "my.key": "alpha\n", "f": "alpha\n"])
    #expect(try await stage.call("search_files", ["pattern": "alpha"]).text == "1 line:\nf:1: alpha")
    #expect(try await !stage.call("search_files", [:]).text.contains("my.key"))
    #expect(await stage.reason(against: "search_files", ["path": "my.key"]).contains("hidden"))
  }

  @Test func leavesOutWhatGitIgnores() async throws {
    var stage = try ToolStage(files: [".gitignore": "build/\n", "build/f": "alpha\n", "f": "alpha\n"])
    #expect(try await stage.call("search_files", ["pattern": "alpha"]).text == "1 line:\nf:1: alpha")
    #expect(try await stage.call("search_files", ["pattern": "alpha", "path": "build/f"]).text.hasPrefix("1 line:"))
  }

  @Test func saysWhatWasCut() async throws {
    var stage = try ToolStage(files: ["f": String(repeating: "alpha\n", count: 500), "g": "alpha\n"])
    let text = try await stage.call("search_files", ["pattern": "alpha"]).text
    #expect(text.hasPrefix("The first 200 of more than 200 lines; narrow the search"))
    #expect(text.split(separator: "\n").count == 201)
  }

  @Test func cutsLongListings() async throws {
    var stage = try ToolStage()
    for number in 0..<250 { try stage.folder.write("x", to: "f\(number)") }
    #expect(try await stage.call("search_files", [:]).text.hasPrefix("The first 200 of 250 files;"))
  }

  @Test func refusesAPathThatIsNotThere() async throws {
    var stage = try ToolStage()
    #expect(await stage.reason(against: "search_files", ["path": "absent"]) == "There is no 'absent' in the project.")
    #expect(await stage.reason(against: "search_files", ["path": "../x"]).contains("outside"))
  }

  @Test func findsFilesWithOddNames() async throws {
    var stage = try ToolStage(files: ["-n": "alpha\n", "a b:1:c": "alpha\n", "é": "alpha\n"])
    #expect(
      try await stage.call("search_files", ["pattern": "alpha"]).text
        == "3 lines:\n-n:1: alpha\na b:1:c:1: alpha\né:1: alpha"
    )
  }
}
