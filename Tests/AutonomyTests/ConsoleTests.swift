import Pipeline
import TestSupport
import Testing
import Wording

@testable import autonomy

@Suite struct ConsoleTests {
  @Test(
    arguments: [
      ([:], nil),
      (["NO_COLOR": "1"], false),
      (["NO_COLOR": ""], nil),
      (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
      (["CLICOLOR_FORCE": "1"], true),
      (["CLICOLOR_FORCE": "0"], nil),
      (["CLICOLOR": "0"], false),
      (["CLICOLOR": "1"], nil),
      (["CLICOLOR": "0", "CLICOLOR_FORCE": "1"], true),
    ] as [([String: String], Bool?)]
  )
  func colourIsAskedForByTheEnvironment(_ environment: [String: String], _ expected: Bool?) {
    #expect(Terminal.wantsColour(environment) == expected)
  }

  @Test func withoutATerminalNothingLivesAndNothingIsCut() {
    let terminal = Terminal(descriptor: -1, environment: ["TERM": "xterm", "LANG": "C.UTF-8"])
    #expect(!terminal.isLive)
    #expect(!terminal.hasColour)
    #expect(terminal.hasUnicode)
    #expect(terminal.columns == nil)
  }

  @Test(
    arguments: [
      (["LANG": "de_DE.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false), ([:], false),
      (["LC_ALL": "C", "LANG": "C.UTF-8"], false), (["LC_ALL": "", "LANG": "C.UTF-8"], true),
    ] as [([String: String], Bool)]
  )
  func charactersAreThoseOfTheLocale(_ environment: [String: String], _ expected: Bool) {
    #expect(Terminal(descriptor: -1, environment: environment).hasUnicode == expected)
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("\u{1B}[31mred\u{1B}[0m", 3), ("🙂", 2),
  ])
  func textHasAWidth(_ text: String, _ width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("abc", 0, "…"),
    ("\u{1B}[31mabcdef\u{1B}[0m", 4, "\u{1B}[31mabc…\u{1B}[0m"),
  ])
  func aLineIsCutToItsColumns(_ text: String, _ columns: Int, _ expected: String) {
    #expect(DisplayWidth.line(text, columns: columns) == expected)
  }

  @Test func textOfOthersCannotSteerTheTerminal() {
    #expect(DisplayWidth.oneLine("a\u{1B}[2Jb\r\n\tc\u{9B}d") == "a[2Jb cd")
    #expect(DisplayWidth.harmless("a\u{1B}]0;x\u{7}\n\tb\u{9B}") == "a]0;x\n\tb")
  }

  @Test func linesBreakBetweenWords() {
    #expect(DisplayWidth.wrapped("one two three four", columns: 9, indent: 2) == ["one two", "  three", "  four"])
    #expect(DisplayWidth.wrapped("a\n\nb", columns: nil) == ["a", "", "b"])
    #expect(DisplayWidth.wrapped("unbreakable", columns: 4) == ["unbreakable"])
  }

  @Test func coloursTakeNoRoomWhereLinesBreak() {
    let text = "\u{1B}[32m✓\u{1B}[0m \u{1B}[2Jone two three"
    #expect(DisplayWidth.wrapped(text, columns: 9, isOurs: true) == ["\u{1B}[32m✓\u{1B}[0m [2Jone", "two three"])
    // Those of others go.
    #expect(DisplayWidth.wrapped("\u{1B}[8mhidden", columns: 9) == ["[8mhidden"])
  }

  @Test func columnsAreAlignedAndTheLastIsCut() {
    var table = TextTable(["NAME", "SIZE", "NOTE"], rightAligned: [1])
    table.rows = [["a", "1", "short"], ["long name", "1,000", "a note that is too long"]]
    let terminal = Terminal(isLive: false, hasColour: false, hasUnicode: true, columns: 30)
    #expect(
      table.lines(on: terminal) == [
        "  NAME        SIZE  NOTE",
        "  a              1  short",
        "  long name  1,000  a note th…",
      ]
    )
  }

  @Test func numbersAreReadable() {
    #expect(
      [0, 999, 1000, 1_234_567, -1000].map { Amount.grouped($0) } == ["0", "999", "1,000", "1,234,567", "-1,000"]
    )
    #expect([0.04, 2.55, 12, 200, 3900].map { Amount.time($0) } == ["0.0s", "2.6s", "12s", "3m 20s", "1h 5m"])
    #expect([0, 900, 19_900_000_000].map { Amount.bytes($0) } == ["0 B", "900 B", "19.9 GB"])
    #expect(Amount.counted(1, "task") == "1 task")
    #expect(Amount.counted(2, "reply", plural: "replies") == "2 replies")
  }

  @Test func aFullDiskBehindTheOutputIsTold() async throws {
    let folder = try TemporaryDirectory()
    let result = try await Program.shell("$PROGRAM --version >/dev/full 2>err", in: folder.path)
    #expect(result.exitCode == 7)
    #expect(folder.text(of: "err")?.contains("The output could not be written: No space left on device.") == true)
  }

  /// As of a variable that is not set.
  @Test(arguments: [["run", ""], ["status", "-C", ""], ["rollback", "c1", "-C", ""]])
  func anEmptyPathIsNoFolder(words: [String]) async throws {
    let folder = try TemporaryDirectory()
    let refused = await Invocation(words: words, in: folder.path)
    #expect(refused.exitCode == 2 && refused.errors.contains("The path of the project's folder is empty"))
  }

  @Test func whoReadsJSONIsToldOfAMistypedOption() async throws {
    let folder = try TemporaryDirectory()
    let result = await Invocation("status", "--json", "--jsn", in: folder.path)
    #expect(result.exitCode == 2)
    #expect(result.output.hasPrefix(#"{"type":"result","message":"Error: "#), "\(result.output)")
    #expect(result.output.hasSuffix("\"exit_code\":2}\n"))
  }
}
