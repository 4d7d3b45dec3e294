import JSON
import Testing

@testable import ToolCallReading
@testable import autonomy_fuzz

/// The contents of files pass through byte for byte, whatever is in them.
@Suite struct ContentTests {
  @Test(arguments: SampleContents.all, CallForm.allCases)
  func passesThrough(content: String, form: CallForm) throws {
    let text = form.text(content)
    let reading = SampleTools.read(text)
    #expect(reading.calls.count == 1)
    let found = try #require(reading.calls.first?.arguments["content"]?.string, "\(reading)")
    #expect(Array(found.utf8) == Array(content.utf8))
    #expect(reading.mistakes.isEmpty)
    #expect(reading.text == "")
  }

  @Test func whatIsNotUnicodeIsNoCall() {
    let bytes = Array("write_file(path='x', content='".utf8) + [0xFF] + Array("')".utf8)
    let reading = SampleTools.reader.read(bytes)
    #expect(reading.calls.isEmpty)
    #expect(reading.mistakes.map(\.kind) == [.unreadableArguments])
  }
}
