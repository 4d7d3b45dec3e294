import Pipeline
import Testing

@Suite struct GlobPatternTests {
  @Test(arguments: [
    ("*.c", "main.c", true), ("*.c", "main.h", false), ("*.c", "src/main.c", false), ("*", "", true),
    ("m?in.c", "main.c", true), ("m?in.c", "m/in.c", false), ("[a-c]x", "bx", true), ("[a-c]x", "dx", false),
    ("[!a-c]x", "dx", true), ("[!a-c]x", "/x", false), ("[]]", "]", true), ("[a", "[a", true),
    ("**/x.c", "x.c", true), ("**/x.c", "a/b/x.c", true), ("**/x.c", "a/bx.c", false),
    ("src/**", "src/a/b", true), ("src/**", "src", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
    ("a/**/b", "a/xb", false), ("a**b", "axxb", true), ("a**b", "a/b", false), (#"\*"#, "*", true),
    (#"\*"#, "x", false), ("é*", "ete", false), ("é*", "éa", true),
  ])
  func matchesAsTheShellDoes(pattern: String, text: String, isMatch: Bool) {
    #expect(GlobPattern(pattern).matches(text) == isMatch)
  }

  @Test func isNotSlowedDownByManyStars() {
    let pattern = GlobPattern(String(repeating: "*a", count: 60) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 400)))
  }
}
