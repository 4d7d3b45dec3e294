/// Rows of text in aligned columns, the last of which takes what is left of a line.
struct TextTable {
  /// The titles of the columns, or nothing where they need none.
  var titles: [String]
  var rows: [[String]] = []
  /// The columns that hold numbers.
  var rightAligned: Set<Int> = []
  var indent = 2

  init(_ titles: [String] = [], rightAligned: Set<Int> = [], indent: Int = 2) {
    self.titles = titles
    self.rightAligned = rightAligned
    self.indent = indent
  }

  /// The lines of the table, cut to the width of the terminal.
  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    let all = (titles.isEmpty ? [] : [titles]) + rows
    let count = all.map { $0.count }.max() ?? 0
    var widths = [Int](repeating: 0, count: count)
    for row in all {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayWidth.of(cell)) }
    }
    let columns = terminal.columns
    return all.enumerated().map { index, row in
      let cells = row.enumerated().map { column, cell in
        let isLast = column == row.count - 1 && !rightAligned.contains(column)
        return isLast ? cell : DisplayWidth.padded(cell, to: widths[column], isRight: rightAligned.contains(column))
      }
      let line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
      let shown = DisplayWidth.line(line.trimmingEnd(), columns: columns, ellipsis: style.ellipsis)
      return index == 0 && !titles.isEmpty ? style.dim(shown) : shown
    }
  }
}

extension String {
  /// The text without spaces at its end.
  func trimmingEnd() -> String {
    guard let last = utf8.lastIndex(where: { $0 != 0x20 && $0 != 0x0A }) else { return "" }
    return String(self[...last])
  }
}
