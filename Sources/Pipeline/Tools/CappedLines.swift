/// Lines for the model, as many as one answer takes, with a heading that says what was cut.
struct CappedLines {
  private let most: Int
  private let mostBytes: Int
  private var lines: [String] = []
  private var size = 0
  private var isFull = false

  init(most: Int, bytes: Int) {
    self.most = most
    mostBytes = bytes
  }

  mutating func append(_ line: String) {
    isFull = isFull || lines.count == most || size + line.utf8.count + 1 > mostBytes
    if isFull { return }
    lines.append(line)
    size += line.utf8.count + 1
  }

  /// All of it; `total` counts what there is of `noun`, at the least if `isMore`.
  func text(of total: Int, _ noun: String, isMore: Bool = false, empty: String) -> String {
    if total == 0 && !isMore { return empty }
    let nouns = total == 1 && !isMore ? noun : noun + "s"
    var heading = "\(total) \(nouns):"
    if isMore || lines.count < total {
      let all = isMore ? "more than \(total)" : "\(total)"
      heading = "The first \(lines.count) of \(all) \(nouns); narrow the search with 'path' or 'glob':"
    }
    return ([heading] + lines).joined(separator: "\n")
  }
}
