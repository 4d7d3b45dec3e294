import JSON
import TestSupport
import ToolCallReading

/// A file of answers that models really wrote, with the calls that were expected of them.
struct Corpus {
  struct Row {
    let answer: CorpusRow
    let expected: [JSONValue]
  }

  let rows: [Row]

  /// The folder of these files, in a folder 'shared' beside the repository or above it.
  static let folder = SharedFolder.path("data/toolcalls")

  init(_ name: String) throws {
    var rows: [Row] = []
    for line in SharedFolder.bytes(of: "\(Self.folder ?? "")/\(name).jsonl").split(separator: 0x0A) {
      let value = try JSONValue(parsing: Array(line))
      guard let answer = CorpusRow(value) else { continue }
      rows.append(Row(answer: answer, expected: value["expected_calls"]?.array ?? []))
    }
    self.rows = rows
  }

  /// How many of all rows are read as expected, from 0 to 1.
  func share(_ isRight: (Row, [FoundCall]) -> Bool) -> Double {
    let right = rows.count { isRight($0, CallReader(tools: $0.answer.tools).read($0.answer.text).calls) }
    return Double(right) / Double(rows.count)
  }
}
