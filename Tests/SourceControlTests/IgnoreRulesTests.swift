import SourceControl
import Testing

@Suite struct IgnoreRulesTests {
  @Test(arguments: [
    ("secrets/", "secrets/key", true), ("secrets/", "secrets", false), ("*.pem", "deep/in/key.pem", true),
    ("/top", "top", true), ("/top", "deep/top", false), ("*\n!a", "a", false), ("a/\n!a/b", "a/b", true),
    ("\u{FEFF}x", "x", true), ("# x", "x", false), ("x\r\ny", "x", true), ("", "x", false),
  ])
  func judgesPaths(rules: String, path: String, isIgnored: Bool) throws {
    #expect(try IgnoreRules(parsing: rules).ignores(ProjectPath(path)) == isIgnored)
  }

  @Test func judgesAFolderAsOne() {
    let rules = IgnoreRules(parsing: "build/")
    #expect(rules.ignores("build", isFolder: true))
    #expect(!rules.ignores("build"))
  }

  @Test func staysFastOnPatternsMadeToBeSlow() {
    let rules = IgnoreRules(
      parsing: String(repeating: "a*", count: 60) + "b\n" + String(repeating: "**/a*/", count: 30) + "b"
    )
    let path = (0..<60).map { _ in "aaaa" }.joined(separator: "/") + "/" + String(repeating: "a", count: 200)
    let duration = ContinuousClock().measure { #expect(!rules.ignores(ProjectPath(stringLiteral: path))) }
    #expect(duration < .seconds(2))
  }
}
