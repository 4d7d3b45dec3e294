import Testing

@testable import Pipeline

@Suite struct IgnoreRulesTests {
  @Test(arguments: [
    ("secret", "secret", true), ("secret", "a/secret/b", true), ("secret", "secrets", false),
    ("*.key", "a/b.key", true), ("/top", "top", true), ("/top", "a/top", false), ("a/b", "a/b", true),
    ("a/b", "x/a/b", false), ("dir/", "dir/x", true), ("dir/", "dir", false), ("# x", "# x", false),
    ("\\#x", "#x", true), ("*\n!keep", "keep", false), ("*\n!keep", "other", true), ("a\n!a/b", "a/b", true),
    ("x  ", "x", true), ("x\\ ", "x ", true), ("x\r\n", "x", true), ("**/deep", "a/b/deep", true),
    ("a/**", "a/b/c", true), ("", "x", false), ("!x", "x", false), ("/", "x", false),
  ])
  func readsGitsSyntax(rules: String, path: String, isIgnored: Bool) {
    let rules = IgnoreRules(Array(rules.utf8))
    #expect(rules.ignores(path.split(separator: "/").map(String.init), isFolder: false) == isIgnored)
  }
}
