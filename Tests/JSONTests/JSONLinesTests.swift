import JSON
import Testing

@Suite struct JSONLinesTests {
  private let text = """
    {
      // a comment
      limits: {
        steps: 3 },

      list: [
        1, { name:
          "x" }]
    }
    """

  @Test(
    arguments: [
      (["limits"], 3), (["limits", "steps"], 4), (["list"], 6), (["list", "0"], 7), (["list", "1"], 7),
      (["list", "1", "name"], 7), (["limits", "calls"], nil), (["list", "2"], nil),
    ] as [([String], Int?)]
  )
  func tellsWhereAValueBegins(_ path: [String], _ line: Int?) throws {
    let (value, lines) = try JSONValue.parseWithLines(Array(text.utf8), syntax: .json5)
    #expect(lines[path] == line)
    #expect(try value == JSONValue(parsing: text, syntax: .json5))
  }
}
