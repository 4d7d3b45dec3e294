/// Where the lines of a text are, without their ends.
struct TextLines {
  enum Ends: Hashable {
    case newline
    /// Every line ends with carriage return and newline.
    case carriageReturn
    case mixed
  }

  let bytes: [UInt8]
  let ranges: [Range<Int>]
  let ends: Ends

  init(_ bytes: [UInt8]) {
    var ranges: [Range<Int>] = []
    var start = 0
    var returns = 0
    var newlines = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
      newlines += 1
      if index > start, bytes[index - 1] == UInt8(ascii: "\r") { returns += 1 }
      ranges.append(start..<index)
      start = index + 1
    }
    if start < bytes.count { ranges.append(start..<bytes.count) }
    ends = returns == 0 ? .newline : returns == newlines ? .carriageReturn : .mixed
    if ends == .carriageReturn {
      for index in ranges.indices where ranges[index].upperBound < bytes.count {
        ranges[index] = ranges[index].lowerBound..<(ranges[index].upperBound - 1)
      }
    }
    self.bytes = bytes
    self.ranges = ranges
  }

  var count: Int { ranges.count }

  /// How many lines there are, in words.
  var size: String { count == 1 ? "1 line" : "\(count) lines" }

  /// The line with this number, from 1.
  func line(_ number: Int) -> ArraySlice<UInt8> { bytes[ranges[number - 1]] }

  func text(_ number: Int) -> String { String(decoding: line(number), as: UTF8.self) }

  /// The number of the line in which a byte stands.
  func number(at offset: Int) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    return max(low, 1)
  }

  var nonBlankCount: Int {
    ranges.count { range in bytes[range].contains { !$0.isASCIISpace } }
  }

  /// The lines around `range` that there are, each behind its number; at most `most` of them.
  func excerpt(_ range: ClosedRange<Int>, most: Int = 40) -> String {
    let first = max(1, range.lowerBound)
    let last = min(count, range.upperBound, first + most - 1)
    guard first <= last else { return "" }
    let width = String(last).count
    return (first...last).map { number in
      let label = String(number)
      let line = line(number)
      let shown = String(decoding: line.prefix(400), as: UTF8.self) + (line.count > 400 ? " … (the line goes on)" : "")
      return String(repeating: " ", count: width - label.count) + label + "| " + shown
    }.joined(separator: "\n")
  }

  /// `text` with every bare newline made a carriage return and newline.
  static func withCarriageReturns(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 16)
    for byte in text {
      if byte == UInt8(ascii: "\n") { result.append(UInt8(ascii: "\r")) }
      result.append(byte)
    }
    return result
  }
}

extension UInt8 {
  /// Space, tab, line feed, vertical tab, form feed, carriage return.
  var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
