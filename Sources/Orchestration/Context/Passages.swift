/// The passages of a draft that may be shortened: runs of lines between blank lines, headings, code and marks.
struct Passages {
  /// Lines, none of them blank or locked.
  private(set) var ranges: [Range<Int>] = []

  init(_ lines: LineTable) {
    var start: Int?
    for line in 0..<lines.count {
      let traits = lines.traits[line]
      let isOpen = !traits.isLocked && traits.isDisjoint(with: [.blank, .heading, .output])
      if let first = start, !isOpen || traits.contains(.first) {
        ranges.append(first..<line)
        start = nil
      }
      if isOpen, start == nil { start = line }
    }
    if let start { ranges.append(start..<lines.count) }
  }
}
