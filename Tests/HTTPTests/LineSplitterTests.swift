import HTTP
import Testing

@Suite struct LineSplitterTests {
  private func lines(_ pieces: [String]) throws -> [String] {
    var splitter = LineSplitter()
    var lines: [String] = []
    for piece in pieces {
      splitter.append(Array(piece.utf8))
      while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    if let rest = splitter.rest() { lines.append(String(decoding: rest, as: UTF8.self)) }
    return lines
  }

  @Test(
    arguments: [
      (["a\nb\n"], ["a", "b"]),
      (["a\nb"], ["a", "b"]),
      (["a", "b", "\n", "c\n"], ["ab", "c"]),
      (["a\r\nb\r", "\nc"], ["a", "b", "c"]),
      (["\n\na\n"], ["", "", "a"]),
      (["", "a\n", "", "b"], ["a", "b"]),
      (["a\nb", "c\nd", "e\n"], ["a", "bc", "de"]),
      ([], []),
    ] as [([String], [String])]
  )
  func splits(pieces: [String], expected: [String]) throws {
    #expect(try lines(pieces) == expected)
  }

  @Test func splitsTheSameHoweverTheBytesArrive() throws {
    let text = "{\"a\":\"ä\"}\n\n{\"b\":1}\r\nlast"
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      var splitter = LineSplitter()
      var lines: [[UInt8]] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
        while let line = try splitter.next() { lines.append(line) }
      }
      if let rest = splitter.rest() { lines.append(rest) }
      #expect(lines == ["{\"a\":\"ä\"}", "", "{\"b\":1}", "last"].map { Array($0.utf8) })
    }
  }

  @Test func refusesALineOverTheLimit() throws {
    var splitter = LineSplitter(limit: 3)
    splitter.append(Array("abc\nabcd".utf8))
    #expect(try splitter.next() == Array("abc".utf8))
    #expect(throws: LineSplitter.TooLong.self) { try splitter.next() }
  }
}
