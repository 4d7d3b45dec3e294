import JSON
import Testing

@testable import ToolCallReading
@testable import autonomy_fuzz

/// An answer that arrives in pieces gives the same calls, each as soon as it is complete.
@Suite struct StreamTests {
  private static let answer = """
    I read both.

    <tool_call>
    {"name": "read_file", "arguments": {"path": "a.c"}}
    </tool_call>
    [search_files(pattern="x", globs=["*.c"]), read_file("b.c")]
    <function=write_file><parameter=path>x</parameter><parameter=content>
    <tool_call> "é" \\
    </parameter></function>
    Done.
    """

  @Test(arguments: [1, 2, 3, 7, 16, 64, 1000])
  func givesTheSameInPiecesOfAnySize(size: Int) {
    var stream = SampleTools.reader.stream()
    var handedOn: [FoundCall] = []
    let bytes = Array(Self.answer.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      handedOn += stream.feed(bytes[start..<min(bytes.count, start + size)])
    }
    let reading = stream.finish()
    #expect(reading == SampleTools.read(Self.answer))
    #expect(reading.calls.map(\.name) == ["read_file", "search_files", "read_file", "write_file"])
    #expect(Array(reading.calls.prefix(handedOn.count)) == handedOn)
    // Where the contents of a file end between tags shows at the end of the answer only.
    #expect(handedOn.map(\.name) == ["read_file", "search_files", "read_file"])
  }

  @Test func theFirstCallIsHandedOnWhileTheRestStreams() {
    var stream = SampleTools.reader.stream()
    #expect(stream.feed("<tool_call>{\"name\": \"read_file\", ".utf8).isEmpty)
    #expect(stream.feed("\"arguments\": {\"path\": \"a.c\"}".utf8).isEmpty)
    #expect(stream.feed("}".utf8).map(\.name) == ["read_file"])
    #expect(stream.feed("</tool_call>\nAnd ".utf8).isEmpty)
    #expect(stream.finish().calls.count == 1)
  }

  @Test func whatTheRestCouldTakeBackWaitsForTheEnd() {
    var stream = SampleTools.reader.stream()
    #expect(stream.feed("```python\nread_file(path='a.c')\n```\n".utf8).isEmpty)
    #expect(stream.finish().calls.map(\.name) == ["read_file"])
  }

  @Test func aCallIsOnlyReadWhole() {
    var stream = SampleTools.reader.stream()
    for byte in "write_file(path='x', content='a')".utf8.dropLast() { #expect(stream.feed([byte]).isEmpty) }
    #expect(stream.finish().calls.isEmpty)
  }

  @Test func aLongFileInSmallPiecesTakesTimeInProportion() {
    // 200 kB in pieces of 4 bytes: looking at all of it for each piece would be five thousand million steps.
    var stream = SampleTools.reader.stream()
    let content = String(repeating: "let x = f(\\\"a\\\", {1})\\n", count: 8000)
    let bytes = Array("{\"name\": \"write_file\", \"arguments\": {\"path\": \"x\", \"content\": \"\(content)\"}}".utf8)
    var found: [FoundCall] = []
    for start in stride(from: 0, to: bytes.count, by: 4) {
      found += stream.feed(bytes[start..<min(bytes.count, start + 4)])
    }
    #expect(stream.finish().calls.count == 1)
    #expect(found.count == 1)
  }
}
