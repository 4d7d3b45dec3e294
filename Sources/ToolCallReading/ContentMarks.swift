/// The marks around a text that is taken as it stands, without an escape for marks inside it.
///
/// Where such a text holds its own end, nobody can tell where it ends: a file would be written cut short. What shows it
/// is a mark that opens in the text and does not close there, or one that closes behind it.
struct ContentMarks {
  private let openings: [[UInt8]]
  private let closings: [[UInt8]]

  /// The marks of arguments in tags of these names.
  init(tags names: Set<String>) {
    openings = names.flatMap { name in ["<\(name)>", "<\(name)=", "<\(name) name="].map { Array($0.utf8) } }
    closings = names.map { Array("</\($0)>".utf8) }
  }

  /// The tokens around strings, which open and close with the same.
  static let tokens = ContentMarks(openings: [], closings: [Array("<escape>".utf8), Array("<|\"|>".utf8)])

  private init(openings: [[UInt8]], closings: [[UInt8]]) {
    self.openings = openings
    self.closings = closings
  }

  /// Whether as many tags open in a part of the text as close.
  func areEven(in part: ArraySlice<UInt8>) -> Bool {
    var depth = 0
    for index in part.indices where part[index] == UInt8(ascii: "<") {
      if openings.contains(where: part[index...].starts) { depth += 1 }
      if closes(at: index, in: part) { depth -= 1 }
    }
    return depth == 0
  }

  /// Where the first mark begins that closes.
  func firstClosing(in part: ArraySlice<UInt8>) -> Int? {
    part.indices.first { closes(at: $0, in: part) }
  }

  /// Whether the text breaks off inside what could be a closing mark.
  func mayClose(with rest: ArraySlice<UInt8>) -> Bool {
    closings.contains { $0.count > rest.count && $0.starts(with: rest) }
  }

  func closes(at index: Int, in text: ArraySlice<UInt8>) -> Bool {
    closings.contains(where: text[index...].starts)
  }
}
