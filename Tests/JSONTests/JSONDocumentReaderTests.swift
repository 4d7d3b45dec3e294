import JSON
import Testing

@Suite struct JSONDocumentReaderTests {
  /// A reader of `text` that gets `size` bytes at a time.
  private func reader(_ text: String, piece size: Int) -> JSONDocumentReader {
    var rest = Array(text.utf8)[...]
    return JSONDocumentReader {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
  }

  /// Walks through an object of lists and plain values.
  private func walk(_ reader: inout JSONDocumentReader) throws -> [(String, [JSONValue])] {
    var members: [(String, [JSONValue])] = []
    try reader.enterObject()
    while let name = try reader.nextName() {
      var values: [JSONValue] = []
      if name == "list" {
        try reader.enterList()
        while try reader.nextElement() { values.append(try reader.value()) }
      } else {
        values = [try reader.value()]
      }
      members.append((name, values))
    }
    try reader.end()
    return members
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func readsTheSameInPiecesOfAnySize(size: Int) throws {
    let text = """
       {"a" : 1.5, "list": [ {"x": "}]\\"\\\\", "y": [[], {}]},"s\\u0041,", -3,true , null,[1]],
      "": "ü", "list" : [],"last":false}\n\t
      """
    var reader = reader(text, piece: size)
    let members = try walk(&reader)
    #expect(members.map(\.0) == ["a", "list", "", "list", "last"])
    #expect(
      members.map(\.1) == [
        [1.5], [["x": "}]\"\\", "y": [[], [:]]], "sA,", -3, true, nil, [1]], ["ü"], [], [false],
      ]
    )
  }

  @Test(arguments: [
    ("", "line 1, column 1: The text ends where an object is expected."),
    ("[1]", "line 1, column 1: Expected an object, found '['."),
    ("{\"a\"\n 1}", "line 2, column 2: Expected ':', found '1'."),
    ("{\"a\":1\n\"b\":2}", "line 2, column 1: Expected ',' or '}', found '\"'."),
    ("{\"a\":}", "line 1, column 6: Expected a value, found '}'."),
    ("{\"list\":[1,\n  {\"x\":1,\n   nul}]}", "line 3, column 4: Expected a name in quotes, found 'n'."),
    ("{\"list\":[1,\n  2 3]}", "line 2, column 5: Expected ',' or ']', found '3'."),
    ("{\"list\":[1,\n  {\"x\":", "line 2, column 8: The text ends where a value is expected."),
    ("{\"a\":\"x", "line 1, column 6: The string is not closed."),
    ("{\"a\":1} {", "line 1, column 9: Unexpected '{' after the value."),
  ])
  func namesThePlaceOfAMistake(text: String, message: String) {
    for size in [1, 100] {
      var reader = reader(text, piece: size)
      let error = #expect(throws: JSONError.self) { try walk(&reader) }
      #expect(error?.description == message)
    }
  }
}
