import CSystem
@unsafe @preconcurrency import Glibc

/// The lines of a program's output, as bytes, with the few questions that counting tests asks.
struct OutputLines {
  private let lines: [ArraySlice<UInt8>]

  init(_ bytes: [UInt8]) {
    lines = bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
  }

  private init(lines: [ArraySlice<UInt8>]) {
    self.lines = lines
  }

  var isEmpty: Bool { lines.isEmpty }

  func containing(_ text: String) -> Self { Self(lines: lines.filter { Self.position(of: text, in: $0) != nil }) }

  func startingWith(_ text: String) -> Self { Self(lines: lines.filter { $0.starts(with: text.utf8) }) }

  func endingWith(_ text: String) -> Self {
    Self(lines: lines.filter { $0.suffix(text.utf8.count).elementsEqual(text.utf8) })
  }

  /// The lines but for their indentation and the symbols that some tools put in front.
  func trimmed() -> Self {
    Self(lines: lines.map { $0.drop { !(Self.isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A)) } })
  }

  var count: Int { lines.count }

  var last: Self { Self(lines: lines.suffix(1)) }

  /// The sum, over all lines, of the number that stands before `word`; nil if no line has one.
  func sum(before word: String) -> Int? {
    sum { line in
      guard let position = Self.position(of: " " + word, in: line) else { return nil }
      let end = position + word.utf8.count + 1
      // "1 pass" is not "1 passed".
      if end < line.endIndex, Self.isLetter(line[end]) { return nil }
      let digits = line[..<position].reversed().prefix(9, while: Self.isDigit)
      return Int(String(decoding: digits.reversed(), as: UTF8.self))
    }
  }

  /// The sum, over all lines, of the number that stands after `words`; nil if no line has one.
  func sum(after words: String) -> Int? {
    sum { line in
      guard let position = Self.position(of: words, in: line) else { return nil }
      let digits = line[(position + words.utf8.count)...].drop { $0 == 0x20 }.prefix(9, while: Self.isDigit)
      return Int(String(decoding: digits, as: UTF8.self))
    }
  }

  private func sum(_ number: (ArraySlice<UInt8>) -> Int?) -> Int? {
    let numbers = lines.compactMap(number)
    return numbers.isEmpty ? nil : numbers.reduce(0, +)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

  private static func position(of text: String, in line: ArraySlice<UInt8>) -> Int? {
    let needle = Array(text.utf8)
    return unsafe line.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress,
        let hit = unsafe memmem(start, bytes.count, needle, needle.count)
      else { return nil }
      return unsafe line.startIndex + (UnsafeRawPointer(hit) - start)
    }
  }
}

extension Sequence {
  fileprivate func prefix(_ limit: Int, while predicate: (Element) -> Bool) -> [Element] {
    var taken: [Element] = []
    for element in self {
      guard taken.count < limit, predicate(element) else { break }
      taken.append(element)
    }
    return taken
  }
}
