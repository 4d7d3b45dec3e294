import JSON
import Pipeline
import TestSupport
import Testing

@Suite struct RoundTripTests {
  /// Text of all sorts of characters, line ends and marks, but never twice the same for one seed.
  private func text(_ generator: inout some RandomNumberGenerator, _ length: Int, uniform: Bool) -> String {
    let pieces = [
      "\n", "\r\n", "\r", "\t", " ", "é", "e\u{301}", "🏳️‍🌈", "\u{FEFF}", "\"", "\\", "&quot;", "\u{0}x", "\u{2028}",
    ]
    let plain = ["\n", "a", "ß", " ", "}"]
    return (0..<length).map { _ in
      let pool = uniform ? plain : pieces
      return Bool.random(using: &generator)
        ? pool.randomElement(using: &generator) ?? "" : String(UInt64.random(in: 0...999, using: &generator), radix: 36)
    }.joined()
  }

  @Test(arguments: 0..<60) func writesAndEditsByteForByte(seed: UInt64) async throws {
    var generator = SplitMix(state: seed)
    var stage = try ToolStage()
    let content = "start " + text(&generator, Int.random(in: 0...80, using: &generator), uniform: seed % 3 == 0)
    // What models send goes through JSON text.
    let sent = try JSONValue(parsing: JSONValue.string(content).text())
    try await stage.call("write_file", ["path": "f", "content": sent])
    #expect(stage.folder.bytes(of: "f") == Array(content.utf8))

    let marker = "<\(seed)>"
    try await stage.call("edit_file", ["path": "f", "old_text": "start ", "new_text": .string(marker)])
    let replacement = text(&generator, 5, uniform: seed % 3 == 0) + "."
    let before = try #require(stage.folder.bytes(of: "f"))
    #expect(before == Array(marker.utf8) + Array(content.utf8).dropFirst(6))
    try await stage.call("edit_file", ["path": "f", "old_text": .string(marker), "new_text": .string(replacement)])
    let bare = [UInt8](replacement.utf8) + before.dropFirst(marker.utf8.count)
    let now = try #require(stage.folder.bytes(of: "f"))
    if TextEnds(before) == .carriageReturnOnly {
      #expect(now.suffix(before.count - marker.utf8.count) == before.suffix(before.count - marker.utf8.count))
    } else {
      #expect(now == bare)
    }
  }

  private enum TextEnds {
    case carriageReturnOnly
    case other

    init(_ bytes: [UInt8]) {
      let newlines = bytes.indices.filter { bytes[$0] == 10 }
      let isUniform = !newlines.isEmpty && newlines.allSatisfy { $0 > 0 && bytes[$0 - 1] == 13 }
      self = isUniform ? .carriageReturnOnly : .other
    }
  }
}

/// A small generator that gives the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
