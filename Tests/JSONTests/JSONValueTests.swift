import JSON
import Testing

@Suite struct JSONValueTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-12", "1.5", "[]", "{}", #"[1,[2,{"a":null}],"x"]"#,
    #"{"z":1,"a":{"b":[true]}}"#, #""\"\\\n\t\u0001é😀""#,
  ])
  func writesWhatItRead(text: String) throws {
    #expect(try JSONValue(parsing: text).text() == text)
  }

  @Test(arguments: [
    ("1e3", JSONValue.number(1000)),
    ("9223372036854775808", JSONValue.number(9_223_372_036_854_775_808)),
    (#""😀 \ud800 \/""#, JSONValue.string("😀 \u{FFFD} /")),
    (" \n[ 1 , 2 ] \t", JSONValue.array([1, 2])),
    ("\u{FEFF}{}", JSONValue.object([:])),
  ])
  func readsJSON(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [
    "", "[1,]", "NaN", "-", "{\"a\":1,}", "01", "+1", ".5", "1.", "1e", "tru", "nulls", "'a'", "{a:1}", "[1 2]",
    "\"\n\"",
    "\"\\x\"",
    "\"abc", "// no\n1", "1 2", "{\"a\" 1}", #"{"a":1,"a":2}"#,
  ])
  func refusesWhatIsNoJSON(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func readsJSON5() throws {
    let text = """
      // a comment
      { unquoted: 'single "quotes"', /* another */ hex: 0x1F, plus: +1, point: .5, end: 5.,
        "list": [1, 2,], }
      """
    #expect(
      try JSONValue(parsing: text, syntax: .json5)
        == ["unquoted": "single \"quotes\"", "hex": 31, "plus": 1, "point": 0.5, "end": 5.0, "list": [1, 2]]
    )
  }

  @Test func namesThePlaceOfAnError() {
    #expect(throws: JSONError(line: 2, column: 7, message: "Expected ',' or '}', found '\"'.")) {
      try JSONValue(parsing: "{\n \"a\":1\"b\":2}")
    }
  }

  @Test func refusesEndlessNesting() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
  }

  @Test func keepsTheOrderOfMembers() throws {
    let text = "{" + (0..<40).reversed().map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    var value = try JSONValue(parsing: text)
    #expect(value.text() == text)
    guard case .object(var object) = value else { return }
    #expect(object["k7"] == 7)
    object["k39"] = nil
    value = .object(object)
    #expect(value["k38"] == 38)
    #expect(value["k39"] == nil)
  }

  @Test func indents() {
    let value: JSONValue = ["a": [1, 2], "b": [:]]
    #expect(value.text(.indented) == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}")
  }

  @Test func refusesInvalidUTF8() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test(.timeLimit(.minutes(5))) func readsAStringOfManyEscapesInOnePass() throws {
    let text = "\"" + String(repeating: "line\\n", count: 300_000) + "\""
    #expect(try JSONValue(parsing: text).string?.utf8.count == 1_500_000)
  }
}
