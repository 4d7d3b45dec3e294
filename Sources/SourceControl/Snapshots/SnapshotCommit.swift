/// The commit object of a snapshot: a message with lines at its end that say what no tree can.
struct SnapshotCommit {
  let tree: ObjectID
  let seconds: Int
  let id: SnapshotID
  let kind: SnapshotKind
  let label: SnapshotLabel
  let figures: SnapshotFigures

  private static let prefix = "Autonomy-"
  private static let person = "autonomy <autonomy@localhost>"

  /// The object as Git stores it; without a parent, because snapshots are dropped one by one.
  var object: [UInt8] {
    let own = [
      ("Id", id.description), ("Kind", kind.rawValue), ("Files", "\(figures.files)"),
      ("Changes", "\(figures.changes)"), ("Skipped", "\(figures.skipped)"), ("Stored", "\(figures.stored)"),
    ]
    let lines = own + label.trailers.map { ($0.key, Self.oneLine($0.value)) }
    let text = """
      tree \(tree)
      author \(Self.person) \(seconds) +0000
      committer \(Self.person) \(seconds) +0000

      \(Self.message(label.message))

      \(lines.map { "\(Self.prefix)\($0): \($1)" }.joined(separator: "\n"))

      """
    return Array(text.utf8)
  }

  /// A text that a commit can hold: without NUL, and not empty.
  private static func message(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(oneLine)
    let trimmed = Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
    return trimmed.isEmpty ? "Checkpoint" : trimmed.joined(separator: "\n")
  }

  private static func oneLine(_ text: some StringProtocol) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }

  /// Reads an object that `object` made.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let headEnd = text.firstRange(of: "\n\n"),
      let tail = text[headEnd.upperBound...].ranges(of: "\n\n").last
    else { return nil }
    let head = text[..<headEnd.lowerBound].split(separator: "\n")
    guard let tree = head.first.flatMap({ ObjectID(String($0.dropFirst("tree ".count))) }),
      let committer = head.first(where: { $0.hasPrefix("committer ") })?.split(separator: " "), committer.count > 2,
      let seconds = Int(committer[committer.count - 2])
    else { return nil }
    var own: [Substring: Substring] = [:]
    var trailers: [SnapshotLabel.Trailer] = []
    for line in text[tail.upperBound...].split(separator: "\n") {
      guard line.hasPrefix(Self.prefix), let colon = line.firstRange(of: ": ") else { return nil }
      let key = line[..<colon.lowerBound].dropFirst(Self.prefix.count)
      if own.count < 6 {
        own[key] = line[colon.upperBound...]
      } else {
        trailers.append(SnapshotLabel.Trailer(String(key), String(line[colon.upperBound...])))
      }
    }
    func number(_ key: Substring) -> Int? { own[key].flatMap { Int($0) } }
    guard let id = own["Id"].flatMap({ SnapshotID(String($0)) }),
      let kind = own["Kind"].flatMap({ SnapshotKind(rawValue: String($0)) }), let files = number("Files"),
      let changes = number("Changes"), let skipped = number("Skipped"), let stored = number("Stored")
    else { return nil }
    (self.tree, self.seconds, self.id, self.kind) = (tree, seconds, id, kind)
    label = SnapshotLabel(String(text[headEnd.upperBound..<tail.lowerBound]), trailers: trailers)
    figures = SnapshotFigures(files: files, changes: changes, skipped: skipped, stored: stored)
  }

  init(
    tree: ObjectID,
    seconds: Int,
    id: SnapshotID,
    kind: SnapshotKind,
    label: SnapshotLabel,
    figures: SnapshotFigures
  ) {
    (self.tree, self.seconds, self.id) = (tree, seconds, id)
    (self.kind, self.label, self.figures) = (kind, label, figures)
  }
}
