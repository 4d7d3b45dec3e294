import JSON
import Testing

@Suite struct JSONEncodingTests {
  @Test func writesMembersInTheOrderOfDeclaration() throws {
    let task = PlannedTask(
      zeta: "z",
      alpha: 1,
      middle: true,
      ratio: 0.5,
      note: "n",
      inner: .init(path: "p", lines: [1])
    )
    #expect(
      try JSONValue(encoding: task).text()
        == #"{"zeta":"z","alpha":1,"middle":true,"ratio":0.5,"note":"n","inner":{"path":"p","lines":[1]}}"#
    )
  }

  @Test func leavesOutWhatIsNil() throws {
    let task = PlannedTask(zeta: "z", alpha: 1, middle: true, ratio: 2, note: nil, inner: .init(path: "p", lines: []))
    #expect(try JSONValue(encoding: task)["note"] == nil)
  }

  @Test func writesTheSameDictionaryInTheSameOrder() throws {
    let names = (0..<40).map { "k\($0)" }
    let value = try JSONValue(encoding: Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
    #expect(value.object?.keys == names.sorted())
  }

  @Test func writesKeysThatAreStringsAsNames() throws {
    #expect(try JSONValue(encoding: [Colour.red: [Shade(rawValue: "dark"): 1]]).text() == #"{"red":{"dark":1}}"#)
    #expect(try JSONValue(encoding: [7: "x"]).text() == #"{"7":"x"}"#)
  }

  @Test func writesOtherKeysAsAList() throws {
    #expect(try JSONValue(encoding: [[1]: "x"]).text() == #"[[1],"x"]"#)
  }

  @Test func putsTheMembersOfAPayloadBesideThoseOfItsEnum() throws {
    #expect(try JSONValue(encoding: Step.move(.init(x: 1, y: nil))).text() == #"{"type":"move","x":1}"#)
    #expect(try JSONValue(encoding: Step.raw(["b": 1, "a": []])).text() == #"{"type":"raw","b":1,"a":[]}"#)
    #expect(try JSONValue(encoding: [Step.wait]).text() == #"[{"type":"wait"}]"#)
  }

  @Test func refusesToWriteAMemberTwice() {
    #expect(
      throws: JSONCodingError(path: "[0].type", message: "The member is written twice; rename one of the two.")
    ) {
      try JSONValue(encoding: [Step.raw(["type": 1])])
    }
  }

  @Test func refusesAPayloadThatHasNoMembers() {
    let message = "Expected members, as the value is an object, found an integer."
    #expect(throws: JSONCodingError(path: "", message: message)) { try JSONValue(encoding: Step.raw(1)) }
  }

  @Test func writesNestedContainersWhereTheyWereAskedFor() throws {
    struct Nested: Encodable {
      func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: Name.self)
        var first = outer.nestedUnkeyedContainer(forKey: Name("first"))
        var second = outer.nestedContainer(keyedBy: Name.self, forKey: Name("second"))
        try outer.encode(3, forKey: Name("third"))
        try second.encode("b", forKey: Name("b"))
        try first.encode(1)
        var inner = first.nestedContainer(keyedBy: Name.self)
        try first.encodeNil()
        try inner.encode(true, forKey: Name("c"))
        try "up".encode(to: outer.superEncoder())
      }
    }
    #expect(
      try JSONValue(encoding: Nested()).text()
        == #"{"first":[1,{"c":true},null],"second":{"b":"b"},"third":3,"super":"up"}"#
    )
  }

  @Test func refusesANestedContainerInPlaceOfAMember() {
    struct Twice: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(1, forKey: Name("a"))
        _ = container.nestedUnkeyedContainer(forKey: Name("a"))
      }
    }
    #expect(throws: JSONCodingError.self) { try JSONValue(encoding: Twice()) }
  }

  @Test func writesJSONAsItIs() throws {
    let value: JSONValue = ["z": [1, 2.5, nil, true, "s"], "a": [:]]
    #expect(try JSONValue(encoding: value).text() == value.text())
    #expect(try JSONValue(encoding: [value]).text() == "[\(value.text())]")
  }

  @Test func writesATypeWithoutMembersAsAnEmptyObject() throws {
    struct Empty: Encodable {}
    #expect(try JSONValue(encoding: Empty()) == [:])
  }

  @Test func refusesNumbersThatAreNotFinite() {
    #expect(throws: JSONCodingError(path: "a[1]", message: "Expected a finite number, found nan.")) {
      try JSONValue(encoding: ["a": [1, Double.nan]])
    }
  }

  @Test func namesThePlaceOfAForeignError() {
    struct Failing: Encodable {
      struct Refusal: Error, CustomStringConvertible { let description = "It refused" }
      func encode(to encoder: any Encoder) throws { throw Refusal() }
    }
    let error = #expect(throws: JSONCodingError.self) { try JSONValue(encoding: ["x.y": [Failing()]]) }
    #expect(error?.description == #"'["x.y"][0]': It refused."#)
  }
}
