import JSON
import Testing

@Suite struct JSONDecodingTests {
  @Test(arguments: [nil, "n"])
  func readsWhatItWrote(note: String?) throws {
    let task = PlannedTask(
      zeta: "z",
      alpha: 1,
      middle: true,
      ratio: 2,
      note: note,
      inner: .init(path: "p", lines: [1, 2])
    )
    #expect(try JSONValue(parsing: JSONValue(encoding: task).text()).decoded() == task)
  }

  @Test func readsIntegersOfEverySize() throws {
    try expectRoundTrip([Int8.min, .max])
    try expectRoundTrip([UInt8.max])
    try expectRoundTrip([Int16.min, .max])
    try expectRoundTrip([UInt16.max])
    try expectRoundTrip([Int32.min, .max])
    try expectRoundTrip([UInt32.max])
    try expectRoundTrip([Int64.min, .max])
    try expectRoundTrip([UInt64.max, UInt64(Int64.max) + 1, 0])
    try expectRoundTrip([Int.min, .max])
    try expectRoundTrip([UInt.max])
  }

  @Test func readsOtherValues() throws {
    try expectRoundTrip([Float.greatestFiniteMagnitude, 0.1])
    try expectRoundTrip([Double.leastNonzeroMagnitude, -1, 1e300])
    try expectRoundTrip(["a": [nil, true]])
    try expectRoundTrip([Duration.seconds(10), .seconds(-1), .nanoseconds(1)])
    try expectRoundTrip(Int?.none)
    try expectRoundTrip([Colour.red: [Shade(rawValue: "dark"): 1]])
    try expectRoundTrip([Named.one: 1])
    try expectRoundTrip([[1]: "x"])
    try expectRoundTrip([7: "x"])
    try expectRoundTrip(["raw": ["z": 1, "a": nil] as JSONValue])
    try expectRoundTrip(["z": 1, "a": [1]] as JSONObject)
    try expectRoundTrip(Either.left(1))
  }

  @Test func readsAPayloadBesideTheMembersOfItsEnum() throws {
    try expectRoundTrip([Step.wait, .move(.init(x: 1, y: nil)), .move(.init(x: 1, y: 2))])
    let value: JSONValue = ["type": "raw", "b": 1]
    #expect(try value.decoded(as: Step.self) == .raw(value))
  }

  @Test func readsNestedContainersAndSuper() throws {
    struct Nested: Decodable {
      let sum: Int
      init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: Name.self)
        var list = try outer.nestedUnkeyedContainer(forKey: Name("list"))
        let first = try list.decode(Int.self)
        let inner = try list.nestedContainer(keyedBy: Name.self)
        let isNil = try list.decodeNil()
        let above = try Int(from: outer.superDecoder())
        sum = try first + inner.decode(Int.self, forKey: Name("a")) + above + (isNil && list.isAtEnd ? 1000 : 0)
      }
    }
    let value: JSONValue = ["list": [1, ["a": 10], nil], "super": 100]
    #expect(try value.decoded(as: Nested.self).sum == 1111)
  }

  @Test func readsAWholeNumberWrittenWithAFraction() throws {
    #expect(try JSONValue.number(3).decoded(as: Int8.self) == 3)
    #expect(try JSONValue.integer(3).decoded(as: Double.self) == 3)
  }

  @Test func ignoresMembersItDoesNotKnow() throws {
    let value: JSONValue = ["path": "p", "lines": [], "more": 1]
    #expect(try value.decoded() == PlannedTask.Inner(path: "p", lines: []))
  }

  @Test(
    arguments: [
      (
        ["tasks": [["path": "a", "lines": []], ["path": 1, "lines": []]]],
        "'tasks[1].path': Expected a string, found an integer."
      ),
      (["tasks": [["path": "a", "lines": [1, "b"]]]], "'tasks[0].lines[1]': Expected an integer, found a string."),
      (["tasks": [["path": "a", "lines": [1.5]]]], "'tasks[0].lines[0]': Expected an integer, found a number."),
      (["tasks": [["path": "a"]]], "'tasks[0].lines': Expected a value, found nothing."),
      (["tasks": [["lines": []]]], "'tasks[0].path': Expected a string, found nothing."),
      (["tasks": [3]], "'tasks[0]': Expected an object, found an integer."),
      (["tasks": [:]], "'tasks': Expected a list, found an object."),
      (["tasks": nil], "'tasks': Expected a list, found null."),
    ] as [(JSONValue, String)]
  )
  func namesThePlaceOfAnError(value: JSONValue, description: String) {
    let error = #expect(throws: JSONCodingError.self) { try value.decoded(as: [String: [PlannedTask.Inner]].self) }
    #expect(error?.description == description)
  }

  @Test func namesThePlaceOfErrorsOfTheStandardLibrary() {
    #expect(
      throws: JSONCodingError(path: "a[0]", message: "Cannot initialize Colour from invalid String value blue.")
    ) {
      try (["a": ["blue"]] as JSONValue).decoded(as: [String: [Colour]].self)
    }
  }

  @Test func refusesAnIntegerThatDoesNotFit() {
    #expect(throws: JSONCodingError(path: "[1]", message: "Expected an integer from 0 to 255, found 256.")) {
      try ([255, 256] as JSONValue).decoded(as: [UInt8].self)
    }
  }

  @Test func refusesDigitsThatNeedNoString() {
    #expect(throws: JSONCodingError(path: "", message: "Expected an integer, found a string.")) {
      try JSONValue("5").decoded(as: UInt64.self)
    }
  }

  @Test func refusesToReadBeyondTheEndOfAList() {
    struct Pair: Decodable {
      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        _ = try (list.decode(Int.self), list.decode(Int.self))
      }
    }
    #expect(throws: JSONCodingError(path: "[1]", message: "Expected an integer, found nothing.")) {
      try ([1] as JSONValue).decoded(as: Pair.self)
    }
  }

  private func expectRoundTrip<T: Codable & Equatable>(_ value: T) throws {
    #expect(try JSONValue(parsing: JSONValue(encoding: value).text()).decoded() == value)
  }
}
