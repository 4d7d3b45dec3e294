import Testing

@testable import Pipeline

@Suite struct ElisionMarkerTests {
  private func finds(_ line: String, in path: String = "f.c", old: String = "") -> Bool {
    ElisionMarker.first(in: Array("a\n  \(line)\nb\n".utf8), of: path, unlessIn: TextLines(Array(old.utf8))) != nil
  }

  @Test(arguments: [
    "// ... existing code ...", "# rest of the file", "# ... rest of the code ...", "// rest unchanged",
    "/* ... the rest of the implementation remains unchanged ... */", "<!-- rest of the file unchanged -->",
    "# (rest of the code stays the same)", "... existing code ...", "// … existing methods …", "-- same as before",
    "# The rest of the file is unchanged", "{/* existing code */}", "// code omitted for brevity",
    "// remaining methods unchanged", "; rest unchanged", "# [existing code here]", "# ... (same as before)",
    "// Rest of the functions as before...", "/* rest of file */", "# ... other methods ...",
    "[27972 bytes were left out here to save room. Read the file to see them.]",
  ])
  func findsTextLeftOut(line: String) { #expect(finds(line)) }

  @Test(arguments: [
    "...", "pass  # the rest", "// The rest of the file is parsed lazily.", "int rest = unchanged;", "# TODO",
    "printf(\"...\");", "def f(*rest): ...", "// Reads the remaining bytes.", "# unchanged", "// ...",
    "return [...existing, code]", "let all = [...rest]", "/* Removes existing code from the table. */",
    "f(...args, ...rest);", "case same...other:", "x = a[..., rest]",
  ])
  func leavesCodeAlone(line: String) { #expect(!finds(line)) }

  @Test(arguments: ["# Existing code", "## The rest of the methods", "* the rest"])
  func leavesHeadlinesAlone(line: String) { #expect(!finds(line, in: "README.md")) }

  @Test func findsTextLeftOutInProse() {
    #expect(finds("<!-- rest of the file unchanged -->", in: "README.md"))
    #expect(finds("... rest of the file unchanged ...", in: "README.md"))
  }

  @Test func leavesALineThatWasThereBefore() {
    #expect(!finds("// ... existing code ...", old: "// ... existing code ...\n"))
  }
}
